# +groupName=taken.example.com
"""Methods that would replace what every client has."""
