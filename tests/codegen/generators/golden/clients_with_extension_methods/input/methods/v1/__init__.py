# +groupName=methods.example.com
"""Methods besides the verbs."""
