# +groupName=named-in-one-version.example.com
"""v1beta1 of a differential case named_in_one_version."""
