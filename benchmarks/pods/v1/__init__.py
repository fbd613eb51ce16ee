# +k8s:deepcopy-gen=package
# +k8s:register-gen=false
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +groupName=
"""Pods as the benchmarks read them: what running Pods hold, of core/v1."""

from benchmarks.pods.v1.types import Pod, PodList

__all__ = ["Pod", "PodList"]
