# +groupName=a.example.com
# +groupName=b.example.com
"""v1 is the first version of the API."""
