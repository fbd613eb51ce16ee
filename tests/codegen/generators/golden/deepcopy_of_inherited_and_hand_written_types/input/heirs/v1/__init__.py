# +k8s:deepcopy-gen=package
"""All types, but those that say otherwise."""
