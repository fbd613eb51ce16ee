# +groupName=names-of-keys.example.com
"""v1 of the differential case names_of_keys."""
