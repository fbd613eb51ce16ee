"""Whole programs that use the generated clients and the runtime."""
