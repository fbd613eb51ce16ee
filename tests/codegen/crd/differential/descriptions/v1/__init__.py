# +groupName=descriptions.example.com
"""v1 of the differential case descriptions."""
