# +groupName=int-or-string.example.com
"""v1 of the differential case int_or_string."""
