"""The meta API group: what all kinds share."""
