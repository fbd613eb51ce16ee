# +groupName=property.example.com
"""An API whose fields are bounded in every way, for the property tests."""
