# +groupName=golden.example.com
"""v1 of a golden case."""
