# +k8s:deepcopy-gen=package
# +groupName=verbs.example.com
"""Kinds whose clients have this verb or that."""
