package controllers

// +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get,namespace=zoo
// +kubebuilder:rbac:groups=apps,resources=deployments,verbs=list,namespace=ark
// +kubebuilder:rbac:groups=apps,resources=deployments,verbs=watch

// Reconcile0 does nothing.
func Reconcile0() {}

// +kubebuilder:rbac:groups="",resources=pods,verbs=get,roleName=reader
// +kubebuilder:rbac:groups="",resources=pods,verbs=list,roleName=reader,namespace=zoo

// Reconcile1 does nothing.
func Reconcile1() {}
