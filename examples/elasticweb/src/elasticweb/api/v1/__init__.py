# +k8s:deepcopy-gen=package,register
# +groupName=elasticweb.example.com
"""v1 of elasticweb.example.com."""
