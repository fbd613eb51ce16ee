# +groupName=lists.example.com
"""Kinds and their lists."""
