# +groupName=built-in.example.com
"""v1 of the differential case built_in."""
