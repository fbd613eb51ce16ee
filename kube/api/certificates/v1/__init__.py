# +k8s:deepcopy-gen=package,register
# +groupName=certificates.k8s.io
# +kubebuilder:skip
"""The types of certificates.k8s.io/v1."""

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
