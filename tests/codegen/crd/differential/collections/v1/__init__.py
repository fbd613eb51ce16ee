# +groupName=collections.example.com
"""v1 of the differential case collections."""
