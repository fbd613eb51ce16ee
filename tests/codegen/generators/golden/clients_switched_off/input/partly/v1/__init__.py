# +groupName=partly.example.com
# +k8s:register-gen=false
"""Kinds that want not all of it."""
