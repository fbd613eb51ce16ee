# +groupName=example.com
# +groupGoName=my-group
"""v1."""
