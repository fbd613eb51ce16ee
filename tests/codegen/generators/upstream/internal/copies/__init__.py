# +k8s:deepcopy-gen=package,register
# +groupName=internal.example.com
"""No version: it is internal."""
