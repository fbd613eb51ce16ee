# +groupName=golden.example.com
# +versionName=v1
"""A folder that is no version, of a golden case."""
