# +kubebuilder:object:generate=true
# +groupName=generics.example.com
"""Generic classes, bound where they are used."""
