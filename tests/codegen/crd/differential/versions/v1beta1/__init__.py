# +groupName=versions.example.com
"""v1beta1 of the differential case versions."""
