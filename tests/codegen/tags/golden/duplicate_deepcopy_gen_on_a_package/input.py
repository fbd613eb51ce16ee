# +k8s:deepcopy-gen=package
# +k8s:deepcopy-gen=package,register
"""v1 is the first version of the API."""
