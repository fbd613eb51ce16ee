# +k8s:deepcopy-gen=package,register
# +groupName=some-words.example.com
"""A group with a dash."""
