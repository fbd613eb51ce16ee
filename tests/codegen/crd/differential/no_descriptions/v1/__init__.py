# +groupName=no-descriptions.example.com
"""v1 of the differential case no_descriptions."""
