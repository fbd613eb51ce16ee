# +groupName=oneof.example.com
"""v1 of the differential case oneof."""
