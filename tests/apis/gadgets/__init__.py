"""The gadgets API: a small group that uses every shape the toolchain reads."""
