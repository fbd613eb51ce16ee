package controllers

// +kubebuilder:rbac:urls=/metrics;/healthz,verbs=get
// +kubebuilder:rbac:urls=/version,verbs=get
// +kubebuilder:rbac:urls=/logs,verbs=post

// Reconcile0 does nothing.
func Reconcile0() {}

// +kubebuilder:rbac:groups=a.example.com,resources=as,verbs=get
// +kubebuilder:rbac:groups=b.example.com,resources=as,verbs=get

// Reconcile1 does nothing.
func Reconcile1() {}
