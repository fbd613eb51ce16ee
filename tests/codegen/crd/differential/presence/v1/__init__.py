# +groupName=presence.example.com
# +kubebuilder:validation:Optional
"""v1 of the differential case presence."""
