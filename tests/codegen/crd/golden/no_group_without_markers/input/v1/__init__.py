"""v1 of a golden case."""
