# +groupName=off.example.com
# +k8s:register-gen=false
"""Wants no registration."""
