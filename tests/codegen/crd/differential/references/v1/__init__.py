# +groupName=references.example.com
"""v1 of the differential case references."""
