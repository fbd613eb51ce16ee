"""The controllers of the differential case merging."""

# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;list
# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=watch;list


def reconcile_0() -> None:
    """Do nothing."""


# +kubebuilder:rbac:groups=apps,resources=statefulsets,verbs=get;list;watch
# +kubebuilder:rbac:groups=batch;apps,resources=jobs;cronjobs,verbs=create;delete


def reconcile_1() -> None:
    """Do nothing."""


# +kubebuilder:rbac:groups=core,resources=pods;services,verbs=get
# +kubebuilder:rbac:groups="",resources=configmaps,verbs=get
# +kubebuilder:rbac:groups=core,resources=secrets,resourceNames=b;a,verbs=get


def reconcile_2() -> None:
    """Do nothing."""


# +kubebuilder:rbac:groups=extra.example.com,resources=widgets;widgets/status,verbs=*;get
# +kubebuilder:rbac:groups=other.example.com,resources=widgets,verbs=*
# +kubebuilder:rbac:groups=*,resources=*,verbs=list


def reconcile_3() -> None:
    """Do nothing."""


# +kubebuilder:rbac:groups=apps,resources=deployments/scale,verbs=update;patch
# +kubebuilder:rbac:groups=apps,resources=replicasets,verbs=get;list;watch


def reconcile_4() -> None:
    """Do nothing."""
