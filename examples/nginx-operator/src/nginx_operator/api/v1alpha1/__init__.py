# +k8s:deepcopy-gen=package,register
# +groupName=proxy.example.com
"""v1alpha1 of proxy.example.com."""
