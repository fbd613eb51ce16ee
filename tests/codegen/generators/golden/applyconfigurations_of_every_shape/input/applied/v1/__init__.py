# +groupName=applied.example.com
"""Kinds whose fields have every shape."""
