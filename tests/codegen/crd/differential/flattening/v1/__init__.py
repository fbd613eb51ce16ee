# +groupName=flattening.example.com
"""v1 of the differential case flattening."""
