# +k8s:deepcopy-gen=package,register
# +groupName=names.example.com
# +groupGoName=Naming
"""Kinds whose names are hard."""
