# +groupName=grown.example.com
"""Clients and listers with hand-written methods."""
