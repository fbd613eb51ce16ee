# +groupName=pruning.example.com
"""v1 of the differential case pruning."""
