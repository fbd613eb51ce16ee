"""A controller."""

# +kubebuilder:rbac:groups=apps,verbs=get
# +kubebuilder:rbac:resources=deployments,verbs=get
# +kubebuilder:rbac:groups=apps,resources=deployments,urls=/metrics,verbs=get
# +kubebuilder:rbac:urls=/metrics,namespace=zoo,verbs=get
# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=lsit;WATCH
# +kubebuilder:rbac:groups=apps,resources=deployments,resourceNames=a,verbs=create
# +kubebuilder:rbac:groups=apps,resources=deployments
# +kubebuilder:rbac:groups=apps,resources=deployments,verb=get
