# +k8s:deepcopy-gen=package,register
# +groupName=example.com
"""v1beta1 is the v1beta1 version of the API example.com."""
