"""The controllers of a golden case."""
