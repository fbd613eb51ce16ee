# +groupName=golden.example.com
"""v2 of a golden case."""
