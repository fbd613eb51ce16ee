"""What changed between two states of CRDs, and what of it breaks stored objects or clients.

Two trees of manifests are compared, from folders, files or git revisions, never types, so any
tool may have written the CRDs. Each change has a level: breaking (something valid or available no
longer is), risky (depends on what is stored and who reads it) or safe.
"""

from codegen.compat.changes import Change, Level
from codegen.compat.crds import compare
from codegen.compat.sources import SourceError, load

__all__ = ["Change", "Level", "SourceError", "compare", "load"]
