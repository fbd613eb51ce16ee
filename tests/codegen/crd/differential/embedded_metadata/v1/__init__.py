# +groupName=embedded-metadata.example.com
"""v1 of the differential case embedded_metadata."""
