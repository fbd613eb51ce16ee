# +k8s:deepcopy-gen=package,register
# +groupName=flat.example.com
"""v1 of flat.example.com."""
