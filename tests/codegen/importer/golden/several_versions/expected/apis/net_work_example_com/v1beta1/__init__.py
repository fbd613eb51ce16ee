# +k8s:deepcopy-gen=package,register
# +groupName=net-work.example.com
"""v1beta1 is the v1beta1 version of the API net-work.example.com."""
