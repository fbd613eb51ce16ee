# +kubebuilder:object:generate=false
# +k8s:deepcopy-gen=package
"""v1 is the first version of the API."""
