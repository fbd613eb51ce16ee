from __future__ import annotations

from kube.api.meta.v1 import ConditionStatus, Time
from kube.runtime import Int32, Object, ObjectList, OpenEnum, Struct, field


class KeyUsage(OpenEnum):
    ANY = "any"
    CERT_SIGN = "cert sign"
    CLIENT_AUTH = "client auth"
    CODE_SIGNING = "code signing"
    CONTENT_COMMITMENT = "content commitment"
    CRL_SIGN = "crl sign"
    DATA_ENCIPHERMENT = "data encipherment"
    DECIPHER_ONLY = "decipher only"
    DIGITAL_SIGNATURE = "digital signature"
    EMAIL_PROTECTION = "email protection"
    ENCIPHER_ONLY = "encipher only"
    IPSEC_END_SYSTEM = "ipsec end system"
    IPSEC_TUNNEL = "ipsec tunnel"
    IPSEC_USER = "ipsec user"
    KEY_AGREEMENT = "key agreement"
    KEY_ENCIPHERMENT = "key encipherment"
    MICROSOFT_SGC = "microsoft sgc"
    NETSCAPE_SGC = "netscape sgc"
    OCSP_SIGNING = "ocsp signing"
    S_MIME = "s/mime"
    SERVER_AUTH = "server auth"
    SIGNING = "signing"
    TIMESTAMPING = "timestamping"


class CertificateSigningRequestSpec(Struct):
    expiration_seconds: Int32 | None = None

    extra: dict[str, list[str]] | None = None

    # +listType=atomic
    groups: list[str] | None = None

    request: bytes

    signer_name: str

    uid: str | None = None

    # +listType=atomic
    usages: list[KeyUsage] | None = None

    username: str | None = None


class CertificateSigningRequestCondition(Struct):
    last_transition_time: Time | None = None
    last_update_time: Time | None = None
    message: str | None = None
    reason: str | None = None
    status: ConditionStatus
    type: str


class CertificateSigningRequestStatus(Struct):
    certificate: bytes | None = None

    # +listType=map
    # +listMapKey=type
    conditions: list[CertificateSigningRequestCondition] | None = None


# +genclient
# +genclient:nonNamespaced
# +genclient:method=UpdateApproval,verb=update,subresource=approval
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CertificateSigningRequest(Object):
    """A request for a certificate, which an approver approves and a signer signs."""

    spec: CertificateSigningRequestSpec
    status: CertificateSigningRequestStatus = field(default_factory=CertificateSigningRequestStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CertificateSigningRequestList(ObjectList[CertificateSigningRequest]):
    """A list of CertificateSigningRequest."""
