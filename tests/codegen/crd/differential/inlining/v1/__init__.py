# +groupName=inlining.example.com
"""v1 of the differential case inlining."""
