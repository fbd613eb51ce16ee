"""Tokens of service accounts: made for TokenRequests, and recognized by TokenReviews.

A token has the claims that kube-apiserver's would have, and the server's own signature. It is good
until it expires, and while its account and the object that it is bound to are there. The order and
the words of refusals are those of `pkg/serviceaccount/claims.go`.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kube.envtest.apiserver.authorization.users import User, account
from kube.envtest.apiserver.storage.metadata import new_uid
from kube.envtest.apiserver.storage.store import Store
from kube.runtime.trees import Tree

ISSUER = "https://kubernetes.default.svc"

_HEADER = b'{"alg":"HS256"}'
_EXTRA = "authentication.kubernetes.io"
_BOUND = {"pod": "pods", "secret": "secrets", "node": "nodes"}
"""What a token may be bound to, as its claims name it, with the collection."""


class TokenError(Exception):
    """Why a token is not valid, in the words of kube-apiserver."""


class Tokens:
    """The tokens of one server. Callers must hold its lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = os.urandom(16)

    def issue(
        self, of: Tree, audiences: Sequence[str], began: datetime, seconds: int, bound: Tree | None
    ) -> str:
        """A token of a ServiceAccount; `bound` is the object, with its kind, that it ends with."""
        metadata = of["metadata"]
        namespace, name = metadata["namespace"], metadata["name"]
        kubernetes: Tree = {"namespace": namespace, "serviceaccount": _reference(of)}
        if bound is not None:
            kubernetes[bound["kind"].lower()] = _reference(bound)
        claims = {
            "aud": list(audiences),
            "exp": int((began + timedelta(seconds=seconds)).timestamp()),
            "iat": int(began.timestamp()),
            "iss": ISSUER,
            "jti": new_uid(),
            "kubernetes.io": kubernetes,
            "nbf": int(began.timestamp()),
            "sub": account(namespace, name),
        }
        body = f"{_base64(_HEADER)}.{_base64(msgspec.json.encode(claims))}"
        return f"{body}.{self._signature(body)}"

    def _signature(self, body: str) -> str:
        import hashlib
        import hmac

        return _base64(hmac.digest(self._key, body.encode(), hashlib.sha256))

    def review(self, token: str, audiences: Sequence[str], now: datetime) -> tuple[User, list[str]]:
        """(whose a token is, the audiences that it is for); raises TokenError."""
        body, _, signature = token.rpartition(".")
        if not body or signature != self._signature(body):
            raise TokenError("token lookup failed")
        claims = msgspec.json.decode(_bytes(body.partition(".")[2]))
        if now.timestamp() >= claims["exp"]:
            raise TokenError("service account token has expired")
        wanted = list(audiences) or [ISSUER]
        shared = [audience for audience in wanted if audience in claims["aud"]]
        if not shared:
            why = f"token audiences {_quoted(claims['aud'])} is invalid for the target audiences "
            raise TokenError(why + _quoted(wanted))
        return self._user(claims), shared

    def _user(self, claims: Tree) -> User:
        kubernetes = claims["kubernetes.io"]
        namespace, owner = kubernetes["namespace"], kubernetes["serviceaccount"]
        uid = self._uid("serviceaccounts", namespace, owner["name"])
        if uid is None:
            raise TokenError(f'serviceaccounts "{owner["name"]}" not found')
        if uid != owner["uid"]:
            raise TokenError(f"service account UID ({uid}) does not match claim ({owner['uid']})")
        extra = {f"{_EXTRA}/credential-id": [f"JTI={claims['jti']}"]}
        for kind, plural in _BOUND.items():
            bound = kubernetes.get(kind)
            if bound is None:
                continue
            uid = self._uid(plural, "" if kind == "node" else namespace, bound["name"])
            if uid is None:
                raise TokenError("service account token has been invalidated")
            if uid != bound["uid"]:
                why = f"{kind} UID ({uid}) does not match service account {kind} ref claim"
                raise TokenError(f"{why} ({bound['uid']})")
            if kind != "secret":
                extra[f"{_EXTRA}/{kind}-name"] = [bound["name"]]
                extra[f"{_EXTRA}/{kind}-uid"] = [bound["uid"]]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
        return User(claims["sub"], owner["uid"], (*groups, "system:authenticated"), extra)

    def _uid(self, plural: str, namespace: str, name: str) -> str | None:
        stored = self._store.collection(("", plural)).objects.get((namespace, name))
        return None if stored is None else stored.tree["metadata"]["uid"]


def _reference(tree: Tree) -> Tree:
    return {"name": tree["metadata"]["name"], "uid": tree["metadata"]["uid"]}


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _quoted(values: Sequence[Any]) -> str:
    """A list of strings as Go prints it with %q."""
    return "[" + " ".join(msgspec.json.encode(value).decode() for value in values) + "]"
