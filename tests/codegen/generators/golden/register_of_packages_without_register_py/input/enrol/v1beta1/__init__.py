# +groupName=enrol.example.com
"""Has a register.py."""
