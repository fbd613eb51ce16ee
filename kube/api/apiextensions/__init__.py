"""The API group of custom resource definitions."""
