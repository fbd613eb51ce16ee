package controllers

// +kubebuilder:rbac:groups=apps,resources=deployments,resourceNames=a,verbs=create;get
