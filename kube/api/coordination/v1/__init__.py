# +k8s:deepcopy-gen=package
# +k8s:register-gen=false
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +kubebuilder:skip
# +groupName=coordination.k8s.io
"""The types of coordination.k8s.io/v1 that leader election uses: leases."""

from kube.api.coordination.v1.types import Lease, LeaseList, LeaseSpec

__all__ = ["Lease", "LeaseList", "LeaseSpec"]
