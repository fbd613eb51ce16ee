"""The webhooks of the differential case admission."""

# +kubebuilder:webhook:path=/mutate-v1-widget,mutating=true,verbs=create;update,name=z.widgets.example.com,failurePolicy=fail,sideEffects=None,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1


def reconcile_0() -> None:
    """Do nothing."""


# +kubebuilder:webhook:path=/validate-v1-widget,mutating=false,verbs=create;update;delete,name=v.widgets.example.com,matchPolicy=exact,timeoutSeconds=5,failurePolicy=fail,sideEffects=None,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1
# +kubebuilder:webhook:url="https://hooks.example.com/validate",mutating=false,failurePolicy=Ignore,sideEffects=NoneOnDryRun,admissionReviewVersions=v1;v1beta1,groups=core;apps,resources=pods;deployments/scale,versions=v1;*,verbs=*,name=a.widgets.example.com


def reconcile_1() -> None:
    """Do nothing."""


# +kubebuilder:webhook:path=/mutate-v1-gadget,mutating=true,verbs=connect,name=b.widgets.example.com,reinvocationPolicy=ifneeded,serviceName=hooks,serviceNamespace=infra,servicePort=8443,webhookVersions=v1,failurePolicy=fail,sideEffects=None,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1
# +kubebuilder:webhook:path=/patched,mutating=true,verbs=create,name=p.widgets.example.com,timeoutSeconds=7,patch=`{"timeoutSeconds":null,"namespaceSelector":{"matchLabels":{"hooks":"on"}},"matchConditions":[{"name":"x","expression":"true"}],"clientConfig":{"service":{"port":9443}}}`,failurePolicy=fail,sideEffects=None,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1


def reconcile_2() -> None:
    """Do nothing."""
