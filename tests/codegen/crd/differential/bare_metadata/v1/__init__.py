# +groupName=bare-metadata.example.com
"""v1 of the differential case bare_metadata."""
