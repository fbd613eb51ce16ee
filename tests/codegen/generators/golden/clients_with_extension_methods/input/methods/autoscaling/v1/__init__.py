"""Types of another package."""
