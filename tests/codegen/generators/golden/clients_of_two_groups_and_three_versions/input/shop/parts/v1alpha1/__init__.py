# +k8s:deepcopy-gen=package,register
# +groupName=parts.shop.example.com
# +groupGoName=SpareParts
"""A group with an accessor of its own."""
