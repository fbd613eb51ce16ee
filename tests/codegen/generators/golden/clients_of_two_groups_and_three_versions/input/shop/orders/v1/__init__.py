# +k8s:deepcopy-gen=package,register
# +groupName=orders.shop.example.com
"""The first version."""
