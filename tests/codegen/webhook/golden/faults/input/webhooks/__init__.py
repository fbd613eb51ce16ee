"""The webhooks of a golden case."""

# +kubebuilder:webhook:path=/a,mutating=true,failurePolicy=fial,sideEffects=None,groups=a,resources=as,verbs=create,versions=v1,name=a.example.com,admissionReviewVersions=v1
# +kubebuilder:webhook:path=/a,url="https://x.example.com",mutating=false,failurePolicy=fail,sideEffects=None,groups=a,resources=as,verbs=create,versions=v1,name=b.example.com,admissionReviewVersions=v1
# +kubebuilder:webhook:mutating=false,failurePolicy=fail,sideEffects=None,groups=a,resources=as,verbs=create,versions=v1,name=c.example.com,admissionReviewVersions=v1
# +kubebuilder:webhook:path=d,mutating=false,failurePolicy=fail,sideEffects=None,groups=a,resources=as,verbs=read,versions=v1,name=d,admissionReviewVersions=v1,timeoutSeconds=31,servicePort=0
# +kubebuilder:webhook:url="http://x.example.com",mutating=false,failurePolicy=fail,sideEffects=Some,groups=a,resources=as,verbs=create,versions=v1,name=e.example.com,admissionReviewVersions=v1
# +kubebuilder:webhook:url="http://x.example.com",serviceName=x,mutating=false,failurePolicy=fail,sideEffects=None,groups=a,resources=as,verbs=create,versions=v1,name=f.example.com,admissionReviewVersions=v1,matchPolicy=Any,reinvocationPolicy=Never,webhookVersions=v1beta1
# +kubebuilder:webhook:path=/g,mutating=false,failurePolicy=fail,sideEffects=None,groups=a,resources=as,verbs=create,versions=v1,name=g.example.com,admissionReviewVersions=v1,patch=`{"timeoutSecond":3}`
# +kubebuilder:webhook:path=/h,mutating=false,failurePolicy=fail,sideEffects=None,groups=a,resources=as,verbs=create,versions=v1,name=h.example.com,admissionReviewVersions=v1,patch=`{"rules":`
# +kubebuilder:webhook:path=/i,mutating=false,failurePolicy=fail,sideEffects=None,groups=a,resources=as,verbs=create,versions=v1,name=i.example.com,admissionReviewVersions=v1
# +kubebuilder:webhook:path=/j,mutating=false,failurePolicy=fail,sideEffects=None,groups=a,resources=as,verbs=create,versions=v1,name=i.example.com,admissionReviewVersions=v1
# +kubebuilder:webhookconfiguration:mutating=true,name=a
# +kubebuilder:webhookconfiguration:mutating=true,name=b
