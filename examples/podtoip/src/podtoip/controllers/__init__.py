# The API is elsewhere.
# +kubebuilder:object:generate=false
"""The controllers."""
