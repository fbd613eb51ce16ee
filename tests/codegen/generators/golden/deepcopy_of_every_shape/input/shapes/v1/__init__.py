# +k8s:deepcopy-gen=package
# +groupName=shapes.example.com
"""Every shape that a field can have."""
