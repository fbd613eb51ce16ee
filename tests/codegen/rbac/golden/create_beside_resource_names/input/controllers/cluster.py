"""A controller with a rule that earns a warning, and stays in the role."""

# +kubebuilder:rbac:groups=apps,resources=deployments,resourceNames=a,verbs=create;get
