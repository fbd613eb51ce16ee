# +k8s:deepcopy-gen=package,register
# +groupName=example.com
"""v1 of example.com."""
