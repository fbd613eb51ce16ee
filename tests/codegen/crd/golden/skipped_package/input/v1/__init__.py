# +groupName=golden.example.com
# +kubebuilder:skip
"""v1 of a golden case."""
