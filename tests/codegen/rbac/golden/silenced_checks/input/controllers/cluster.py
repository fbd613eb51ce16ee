"""A controller that knows better, twice, and once does not."""

# codegen: ignore[superfluous-rule]
# +kubebuilder:rbac:groups=apps,resources=deployments,verbs=delete
# +kubebuilder:rbac:groups=batch,resources=jobs,verbs=delete


def run(clients) -> None:
    clients.core_v1.pods("x").get("a")  # codegen: ignore[missing-rule]
    # codegen: ignore[missing-rule, superfluous-rule]
    clients.core_v1.pods("x").get("b")
    clients.core_v1.pods("x").get("c")
    # codegen: ignore[mising-rule]
    clients.core_v1.pods("x").get("d")
