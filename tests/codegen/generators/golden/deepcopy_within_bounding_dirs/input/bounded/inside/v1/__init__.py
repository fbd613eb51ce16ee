# +k8s:deepcopy-gen=package
"""Within the bounds."""
