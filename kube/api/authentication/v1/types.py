from __future__ import annotations

from kube.api.meta.v1 import Time
from kube.runtime import Object, Struct, field


class UserInfo(Struct):
    extra: dict[str, list[str]] | None = None

    # +listType=atomic
    groups: list[str] | None = None

    uid: str | None = None

    username: str | None = None


class SelfSubjectReviewStatus(Struct):
    user_info: UserInfo = field(default_factory=UserInfo)


# +genclient
# +genclient:nonNamespaced
# +genclient:noStatus
# +genclient:onlyVerbs=create
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class SelfSubjectReview(Object):
    """Asks the server as whom it sees the client."""

    status: SelfSubjectReviewStatus = field(default_factory=SelfSubjectReviewStatus)


class BoundObjectReference(Struct):
    api_version: str | None = None
    kind: str | None = None
    name: str | None = None
    uid: str | None = None


class TokenRequestSpec(Struct):
    # +listType=atomic
    audiences: list[str] | None = None

    bound_object_ref: BoundObjectReference | None = None

    expiration_seconds: int | None = None


class TokenRequestStatus(Struct):
    expiration_timestamp: Time | None = None
    token: str | None = None


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class TokenRequest(Object):
    """Asks for a token of a service account: the body of its subresource `token`."""

    spec: TokenRequestSpec = field(default_factory=TokenRequestSpec)
    status: TokenRequestStatus = field(default_factory=TokenRequestStatus)


class TokenReviewSpec(Struct):
    # +listType=atomic
    audiences: list[str] | None = None

    token: str


class TokenReviewStatus(Struct):
    # +listType=atomic
    audiences: list[str] | None = None

    authenticated: bool | None = None

    error: str | None = None

    user: UserInfo = field(default_factory=UserInfo)


# +genclient
# +genclient:nonNamespaced
# +genclient:noStatus
# +genclient:onlyVerbs=create
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class TokenReview(Object):
    """Asks the server whose a token is; the answer is the status."""

    spec: TokenReviewSpec
    status: TokenReviewStatus = field(default_factory=TokenReviewStatus)
