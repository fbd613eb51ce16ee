# +k8s:deepcopy-gen=package,register
"""Asks to be registered, and does not say where."""
