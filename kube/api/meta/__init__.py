"""The meta API group: types that all kinds share."""
