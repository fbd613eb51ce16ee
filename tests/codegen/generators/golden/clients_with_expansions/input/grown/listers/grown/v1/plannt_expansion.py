"""Misspelt: there is no kind of this name."""
