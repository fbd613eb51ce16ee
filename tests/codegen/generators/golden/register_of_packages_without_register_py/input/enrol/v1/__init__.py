# +k8s:deepcopy-gen=package,register
# +groupName=enrol.example.com
"""Kinds, lists, and what is neither."""
