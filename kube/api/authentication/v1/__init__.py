# +k8s:deepcopy-gen=package,register
# +groupName=authentication.k8s.io
# +k8s:client-gen=false
# +k8s:lister-gen=false
# +k8s:informer-gen=false
# +kubebuilder:skip
"""Version v1 of authentication.k8s.io."""

from kube.api.authentication.v1.types import (
    BoundObjectReference,
    SelfSubjectReview,
    SelfSubjectReviewStatus,
    TokenRequest,
    TokenRequestSpec,
    TokenRequestStatus,
    TokenReview,
    TokenReviewSpec,
    TokenReviewStatus,
    UserInfo,
)

__all__ = [
    "BoundObjectReference",
    "SelfSubjectReview",
    "SelfSubjectReviewStatus",
    "TokenRequest",
    "TokenRequestSpec",
    "TokenRequestStatus",
    "TokenReview",
    "TokenReviewSpec",
    "TokenReviewStatus",
    "UserInfo",
]
