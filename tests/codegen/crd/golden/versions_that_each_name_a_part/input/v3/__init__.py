# +groupName=golden.example.com
"""v3 of a golden case."""
