"""Names that take lines."""

from kube.runtime import Object, ObjectList, Struct


class Binding(Struct):
    name: str = ""


# +genclient
# +genclient:method=UpdateTheSubresourceOfBindings,verb=update,subresource=bindings,input=Binding,result=Binding
class ClusterWideValidatingAdmissionPolicyBindingRule(Object):
    required_during_scheduling_ignored_during_execution: list[str] | None = None


class ClusterWideValidatingAdmissionPolicyBindingRuleList(
    ObjectList[ClusterWideValidatingAdmissionPolicyBindingRule]
):
    pass
