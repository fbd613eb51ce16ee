"""The declarations of all tags, a file a concern. `codegen.tags.registry` makes them one table."""
