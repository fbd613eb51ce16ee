"""The kinds of example.com, a package for each version."""
