# +k8s:deepcopy-gen=package
"""Beyond the bounds."""
