# +k8s:deepcopy-gen=package,register
# +groupName=certificates.k8s.io
# +kubebuilder:skip
"""Version v1 of certificates.k8s.io."""

from kube.api.certificates.v1.types import (
    CertificateSigningRequest,
    CertificateSigningRequestCondition,
    CertificateSigningRequestList,
    CertificateSigningRequestSpec,
    CertificateSigningRequestStatus,
    KeyUsage,
)

__all__ = [
    "CertificateSigningRequest",
    "CertificateSigningRequestCondition",
    "CertificateSigningRequestList",
    "CertificateSigningRequestSpec",
    "CertificateSigningRequestStatus",
    "KeyUsage",
]
