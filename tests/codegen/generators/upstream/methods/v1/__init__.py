# +k8s:deepcopy-gen=package,register
# +groupName=methods.example.com
"""Kinds with methods besides the verbs."""
