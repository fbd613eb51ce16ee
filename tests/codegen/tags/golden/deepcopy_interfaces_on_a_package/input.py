# +k8s:deepcopy-gen:interfaces=kube.runtime.Object
"""v1 is the first version of the API."""
