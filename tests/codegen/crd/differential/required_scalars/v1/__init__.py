# +groupName=required-scalars.example.com
"""v1 of the differential case required_scalars."""
