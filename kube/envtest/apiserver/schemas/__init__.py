"""Schemas of custom resources: pruning, defaults, validation, and CEL rules.

`structural` decides which schemas a CustomResourceDefinition may have, `schema` applies one to
objects. `cel` is imported only for schemas with `x-kubernetes-validations`.
"""
