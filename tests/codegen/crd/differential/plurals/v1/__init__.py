# +groupName=plurals.example.com
"""v1 of the differential case plurals."""
