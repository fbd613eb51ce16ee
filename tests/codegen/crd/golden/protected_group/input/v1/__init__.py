# +groupName=samples.k8s.io
"""v1 of a golden case."""
