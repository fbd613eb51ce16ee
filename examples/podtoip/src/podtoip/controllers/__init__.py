# Nothing is generated of this package but the role of its markers.
# +kubebuilder:object:generate=false
"""The controllers."""
