# +k8s:deepcopy-gen=false
"""v1 is the first version of the API."""
