# +groupName=example.com
# +k8s:register-gen=package
"""v1 is the first version of the API."""
