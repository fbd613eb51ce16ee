# +groupName=columns.example.com
"""v1 of the differential case columns."""
