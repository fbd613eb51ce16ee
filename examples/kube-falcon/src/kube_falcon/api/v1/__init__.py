# +k8s:deepcopy-gen=package,register
# +groupName=app.kubebuilder.io
"""v1 of app.kubebuilder.io."""
