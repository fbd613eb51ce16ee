"""`x-kubernetes-validations`: the rules of CRDs, and their evaluation for objects.

The language itself is cel-cpp, through Google's `cel-expr-python` (the extra `envtest`). Each rule
is compiled twice. Once against the types that its schema declares, with objects as protobuf
messages made for the purpose: this finds what kube-apiserver refuses, a misspelt field or a string
compared with a number. And once against plain values, which is the program that runs: an absent
field is then absent, where a message would have a default. Kubernetes' own functions are one table
(`library`) from which both environments are made. Nothing here is imported before a CRD has a rule.
"""

from kube.envtest.apiserver.schemas.cel.definition import check_rules, uncompiled
from kube.envtest.apiserver.schemas.cel.rules import RuleValidator, broken_by_default

__all__ = ["RuleValidator", "broken_by_default", "check_rules", "uncompiled"]
