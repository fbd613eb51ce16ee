"""The types of this package."""
