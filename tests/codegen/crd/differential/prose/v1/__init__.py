# +groupName=prose.example.com
"""v1 of the differential case prose."""
