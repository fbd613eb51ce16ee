# +groupName=heirs.example.com
"""No types, but those that say otherwise."""
