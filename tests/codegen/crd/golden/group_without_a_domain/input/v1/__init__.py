# +groupName=samples
"""v1 of a golden case."""
