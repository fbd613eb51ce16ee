# +groupName=verbs.example.com
"""Kinds whose clients have this verb or that."""
