# +groupName=enums.example.com
"""v1 of the differential case enums."""
