# +k8s:deepcopy-gen=package,register
# +groupName=admissionregistrationpolicies.platform.example.com
"""Names that take lines."""
