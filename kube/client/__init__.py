"""Kubernetes' REST API from Python: configuration, transports, typed verbs, watches."""
