# +groupName=cel.example.com
"""v1 of the differential case cel."""
