# +k8s:deepcopy-gen=package,register
# +groupName=inner.example.com
"""The name of the folder is no version."""
