"""From request to response: routing, the verbs, and the forms of bodies and answers.

`routing` finds what a request is about, `verbs` answers it, `discovery` and `openapi` answer what
is about the server itself. `wire`, `render` and `table` read and write the forms: JSON, YAML,
protobuf from kubectl, tables and metadata only.
"""
