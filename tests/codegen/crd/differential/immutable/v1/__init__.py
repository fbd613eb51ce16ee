# +groupName=immutable.example.com
"""v1 of the differential case immutable."""
