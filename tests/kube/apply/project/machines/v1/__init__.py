# +groupName=machines.example.com
"""Machines, whose fields merge in every way."""
