# +groupName=selected.example.com
"""Types that are copied where they say so."""
