# +groupName=defaults.example.com
"""v1 of the differential case defaults."""
