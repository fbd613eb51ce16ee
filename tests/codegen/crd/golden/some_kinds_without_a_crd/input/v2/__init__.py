"""v2 of a golden case, without a group."""
