"""Names for what is the same: a short hash of a template, as Kubernetes writes it in labels."""

from __future__ import annotations

import hashlib

from kube.envtest.apiserver.storage.store import encode
from kube.runtime.trees import Tree

# As in apimachinery/pkg/util/rand: no vowels, no digits that look like letters.
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def template_hash(template: Tree, collisions: int = 0) -> str:
    """Another one than the real controller's, which hashes how Go prints a struct."""
    digest = hashlib.sha256(encode([template, collisions])).digest()
    number = str(int.from_bytes(digest[:4], "big"))
    return "".join(_LETTERS[ord(digit) % len(_LETTERS)] for digit in number)
