# +groupName=versions.example.com
"""v1alpha1 of the differential case versions."""
