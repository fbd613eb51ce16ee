"""Server-side apply: who owns which field of an object, recorded in metadata.managedFields."""
