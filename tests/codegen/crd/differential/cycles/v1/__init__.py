# +groupName=cycles.example.com
"""v1 of the differential case cycles."""
