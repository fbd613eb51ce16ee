# +groupName=scale.example.com
"""v1 of the differential case scale."""
