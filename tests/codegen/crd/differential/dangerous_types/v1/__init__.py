# +groupName=dangerous-types.example.com
"""v1 of the differential case dangerous_types."""
