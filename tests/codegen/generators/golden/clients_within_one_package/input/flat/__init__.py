"""A package by hand, with its clients beside its types."""
