package webhooks

// +kubebuilder:webhookconfiguration:mutating=true,name=defaults
// +kubebuilder:webhookconfiguration:mutating=false,name=checks
// +kubebuilder:webhook:path=/m,mutating=true,verbs=create,name=m.widgets.example.com,failurePolicy=fail,sideEffects=None,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1

// Reconcile0 does nothing.
func Reconcile0() {}

// +kubebuilder:webhook:path=/v,mutating=false,verbs=create,name=v.widgets.example.com,failurePolicy=fail,sideEffects=None,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1

// Reconcile1 does nothing.
func Reconcile1() {}
