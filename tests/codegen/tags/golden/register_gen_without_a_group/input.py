# +k8s:register-gen=true
"""v1 is the first version of the API."""
