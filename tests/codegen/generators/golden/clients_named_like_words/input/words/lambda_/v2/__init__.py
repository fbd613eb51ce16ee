# +groupName=lambda.example.com
"""A group that is a word of the language."""
