# +genclient
"""v1 is the first version of the API."""
