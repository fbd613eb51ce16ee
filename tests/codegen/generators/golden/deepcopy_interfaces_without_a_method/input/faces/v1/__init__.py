# +k8s:deepcopy-gen=package
"""Interfaces that the classes lack."""
