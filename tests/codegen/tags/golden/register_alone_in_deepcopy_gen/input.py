# +k8s:deepcopy-gen=register
"""v1 is the first version of the API."""
