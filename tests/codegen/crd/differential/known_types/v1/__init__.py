# +groupName=known-types.example.com
"""v1 of the differential case known_types."""
