# +groupName=start.example.com
"""A group that is a method of the informer factory."""
