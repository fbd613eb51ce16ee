# +groupName=documentation.example.com
"""v1 of the differential case documentation."""
