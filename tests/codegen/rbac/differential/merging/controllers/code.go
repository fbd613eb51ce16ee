package controllers

// +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;list
// +kubebuilder:rbac:groups=apps,resources=deployments,verbs=watch;list

// Reconcile0 does nothing.
func Reconcile0() {}

// +kubebuilder:rbac:groups=apps,resources=statefulsets,verbs=get;list;watch
// +kubebuilder:rbac:groups=batch;apps,resources=jobs;cronjobs,verbs=create;delete

// Reconcile1 does nothing.
func Reconcile1() {}

// +kubebuilder:rbac:groups=core,resources=pods;services,verbs=get
// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get
// +kubebuilder:rbac:groups=core,resources=secrets,resourceNames=b;a,verbs=get

// Reconcile2 does nothing.
func Reconcile2() {}

// +kubebuilder:rbac:groups=extra.example.com,resources=widgets;widgets/status,verbs=*;get
// +kubebuilder:rbac:groups=other.example.com,resources=widgets,verbs=*
// +kubebuilder:rbac:groups=*,resources=*,verbs=list

// Reconcile3 does nothing.
func Reconcile3() {}

// +kubebuilder:rbac:groups=apps,resources=deployments/scale,verbs=update;patch
// +kubebuilder:rbac:groups=apps,resources=replicasets,verbs=get;list;watch

// Reconcile4 does nothing.
func Reconcile4() {}
