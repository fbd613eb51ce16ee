# +groupName=scalars.example.com
"""v1 of the differential case scalars."""
