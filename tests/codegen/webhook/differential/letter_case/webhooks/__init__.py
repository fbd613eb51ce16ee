"""The webhooks of the differential case letter_case."""

# +kubebuilder:webhook:path=/a,mutating=false,verbs=create,name=a.widgets.example.com,failurePolicy=FAIL,sideEffects=none,reinvocationPolicy=IfNeeded,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1
# +kubebuilder:webhook:path=/b,mutating=true,verbs=create,name=b.widgets.example.com,failurePolicy=ignore,matchPolicy=EXACT,sideEffects=noneondryrun,reinvocationPolicy=IFNEEDED,admissionReviewVersions=v1,groups=example.com,resources=widgets,versions=v1
