# +groupName=golden.example.com
"""A folder that is no version, of a golden case."""
