# +k8s:deepcopy-gen=package,register
# +groupName=applied.example.com
