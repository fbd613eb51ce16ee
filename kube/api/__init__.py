"""Kubernetes' own API types, as tagged modules."""
