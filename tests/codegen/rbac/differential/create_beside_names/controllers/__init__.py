"""The controllers of the differential case create_beside_names."""

# +kubebuilder:rbac:groups=apps,resources=deployments,resourceNames=a,verbs=create;get
