# +groupName=Example_Com
"""v1 is the first version of the API."""
