"""The rules for CustomResourceDefinitions: defaults, validation and status.

All of it is about the definition as an object; what it makes the server serve is decided in
`controllers/definitions.py`. The checks are about the internal form of a definition, as
apiserver's are: there, parts that all versions share stand beside the versions.
"""

from kube.envtest.apiserver.kinds.definitions.strategy import DEFAULTS, KINDS

__all__ = ["DEFAULTS", "KINDS"]
