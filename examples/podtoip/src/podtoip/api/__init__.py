"""The kinds of com, a package for each version."""
