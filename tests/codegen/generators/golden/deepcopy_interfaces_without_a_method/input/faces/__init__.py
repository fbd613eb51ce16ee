"""An API for tests."""
