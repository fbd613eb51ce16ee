# +k8s:deepcopy-gen=package,register
# +groupName=names.example.com
# +groupGoName=Naming
"""A later version."""
