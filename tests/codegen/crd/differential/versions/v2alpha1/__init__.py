# +groupName=versions.example.com
"""v2alpha1 of the differential case versions."""
