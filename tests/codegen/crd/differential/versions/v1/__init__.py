# +groupName=versions.example.com
"""v1 of the differential case versions."""
