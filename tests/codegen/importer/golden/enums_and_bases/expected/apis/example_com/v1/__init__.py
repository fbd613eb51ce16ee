# +k8s:deepcopy-gen=package,register
# +groupName=example.com
"""v1 is the v1 version of the API example.com."""
