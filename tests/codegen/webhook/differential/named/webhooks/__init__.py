"""The webhooks of the differential case named."""

# +kubebuilder:webhookconfiguration:mutating=true,name=defaults
# +kubebuilder:webhookconfiguration:mutating=false,name=checks
# +kubebuilder:webhook:path=/m,mutating=true,verbs=create,name=m.widgets.example.com,failurePolicy=fail,sideEffects=None,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1


def reconcile_0() -> None:
    """Do nothing."""


# +kubebuilder:webhook:path=/v,mutating=false,verbs=create,name=v.widgets.example.com,failurePolicy=fail,sideEffects=None,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1


def reconcile_1() -> None:
    """Do nothing."""
