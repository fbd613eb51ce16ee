# +groupName=
"""The core group."""
