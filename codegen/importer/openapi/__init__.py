"""OpenAPI documents, as servers publish them, as tagged packages.

`documents` reads files into schemas and paths, `served` tells from the paths which resources there
are, with which verbs, `types` turns the schema of a use into a type and its tags, and `packages`
makes the model. Schemas that Go programs publish refer to each other by name; those of custom
resources do not, and are imported as the CRDs that they come from.
"""
