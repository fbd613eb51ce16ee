# +kubebuilder:webhook:path=/x,mutating=true,failurePolicy=fail,sideEffects=Some,groups=a,resources=b,verbs=create,versions=v1,name=x.y.z,admissionReviewVersions=v1

x = 1
