# +groupName=parts.example.com
"""Parts that other groups use."""
