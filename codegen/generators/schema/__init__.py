"""OpenAPI schemas of types, each by itself: what it refers to stands under `$ref`.

`crd` makes them structural, which means without references; what documents an API reads them as
they are. Python's declarations and the tags beside them say what is in a schema (`schemas`), each
tag by its effect (`effects`).
"""
