# +k8s:deepcopy-gen=package,register
# +groupName=names.example.org
"""A group whose first segment another has."""
