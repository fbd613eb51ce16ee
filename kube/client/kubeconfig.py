"""Kubeconfig files: reading, merging, and finding entries. `Config` turns them into a connection.

Merging follows client-go: of several entries with one name, the first file's is used, as a whole,
and the first non-empty current-context. Relative paths are relative to the file that has them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec


class ConfigError(Exception):
    """The configuration cannot be used; the message says which file, what is wrong, what to do."""


class _Kebab(msgspec.Struct, rename="kebab"):
    pass


class Cluster(_Kebab):
    server: str = ""
    tls_server_name: str = ""
    insecure_skip_tls_verify: bool = False
    certificate_authority: str = ""
    certificate_authority_data: str = ""
    proxy_url: str = ""
    disable_compression: bool = False
    extensions: list[Extension] | None = None


class Extension(msgspec.Struct):
    name: str
    extension: Any = None


class Context(_Kebab):
    cluster: str = ""
    user: str = ""
    namespace: str = ""


class ExecVariable(msgspec.Struct):
    name: str
    value: str = ""


class Exec(msgspec.Struct, rename="camel"):
    command: str
    api_version: str
    args: list[str] | None = None
    env: list[ExecVariable] | None = None
    install_hint: str = ""
    provide_cluster_info: bool = False
    interactive_mode: str = ""


class AuthProvider(msgspec.Struct):
    name: str
    config: dict[str, str] | None = None


class User(msgspec.Struct, rename="kebab"):
    client_certificate: str = ""
    client_certificate_data: str = ""
    client_key: str = ""
    client_key_data: str = ""
    token: str = ""
    token_file: str = msgspec.field(default="", name="tokenFile")
    username: str = ""
    password: str = ""
    act_as: str = msgspec.field(default="", name="as")
    act_as_uid: str = msgspec.field(default="", name="as-uid")
    act_as_groups: list[str] | None = msgspec.field(default=None, name="as-groups")
    act_as_user_extra: dict[str, list[str]] | None = msgspec.field(
        default=None, name="as-user-extra"
    )
    auth_provider: AuthProvider | None = None
    exec: Exec | None = None

    def __repr__(self) -> str:
        return "User(…)"


class NamedCluster(msgspec.Struct):
    name: str
    cluster: Cluster = msgspec.field(default_factory=Cluster)


class NamedContext(msgspec.Struct):
    name: str
    context: Context = msgspec.field(default_factory=Context)


class NamedUser(msgspec.Struct):
    name: str
    user: User = msgspec.field(default_factory=User)


class Kubeconfig(_Kebab):
    """One file, or several merged."""

    current_context: str = ""
    clusters: list[NamedCluster] | None = None
    contexts: list[NamedContext] | None = None
    users: list[NamedUser] | None = None


# msgspec can crash where two threads first use a type at once: it is used here, once, before.
msgspec.convert({}, Kubeconfig)

E = TypeVar("E", NamedCluster, NamedContext, NamedUser)


def _without_nulls(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _without_nulls(value) for key, value in tree.items() if value is not None}
    if isinstance(tree, list):
        return [_without_nulls(value) for value in tree]
    return tree


def read(path: Path) -> Kubeconfig:
    """One file, its paths made absolute. Raises `ConfigError`; FileNotFoundError is left alone."""
    # PyYAML is imported only where a kubeconfig is read.
    from kube.runtime import yaml

    try:
        tree = yaml.load(path.read_bytes())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "the text is not valid YAML"
        raise ConfigError(f"{path}{place}: {problem}") from None
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"cannot read the kubeconfig {path}: {error.strerror}") from None
    try:
        kubeconfig = msgspec.convert(_without_nulls(tree) or {}, Kubeconfig)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from None
    folder = path.absolute().parent
    for cluster in kubeconfig.clusters or ():
        cluster.cluster.certificate_authority = _absolute(
            folder, cluster.cluster.certificate_authority
        )
    for entry in kubeconfig.users or ():
        user = entry.user
        user.client_certificate = _absolute(folder, user.client_certificate)
        user.client_key = _absolute(folder, user.client_key)
        user.token_file = _absolute(folder, user.token_file)
        if user.exec is not None and os.sep in user.exec.command:
            user.exec.command = _absolute(folder, user.exec.command)
    return kubeconfig


def _absolute(folder: Path, path: str) -> str:
    return str(folder / path) if path else ""


def merge(files: Iterable[Kubeconfig]) -> Kubeconfig:
    """Several files as one; see the module's docstring."""
    merged = Kubeconfig(clusters=[], contexts=[], users=[])
    for file in files:
        merged.current_context = merged.current_context or file.current_context
        merged.clusters = _first_wins(merged.clusters, file.clusters)
        merged.contexts = _first_wins(merged.contexts, file.contexts)
        merged.users = _first_wins(merged.users, file.users)
    return merged


def _first_wins(known: list[E] | None, more: list[E] | None) -> list[E]:
    by_name = {entry.name: entry for entry in (*(more or ())[::-1], *(known or ())[::-1])}
    return list(by_name.values())


def load(paths: Sequence[Path], *, explicit: bool) -> Kubeconfig | None:
    """The files that exist, merged; None where none does. A missing explicit one is an error."""
    existing = []
    for path in paths:
        try:
            existing.append(read(path))
        except FileNotFoundError:
            if explicit:
                raise ConfigError(f"the kubeconfig {path} does not exist") from None
    return merge(existing) if existing else None


def select(kubeconfig: Kubeconfig, context: str | None, where: str) -> tuple[str, Context]:
    """A context by name, or the current one. Raises `ConfigError`, which lists the contexts."""
    name = context or kubeconfig.current_context
    contexts = {entry.name: entry.context for entry in kubeconfig.contexts or ()}
    if name in contexts:
        return name, contexts[name]
    known = ", ".join(sorted(contexts)) or "none"
    if not name:
        raise ConfigError(f"{where} has no current-context; name one of its contexts: {known}")
    raise ConfigError(f"{where} has no context {name!r}; it has: {known}")


def cluster_of(kubeconfig: Kubeconfig, context: str, name: str, where: str) -> Cluster:
    for entry in kubeconfig.clusters or ():
        if entry.name == name:
            return entry.cluster
    raise ConfigError(
        f"context {context!r} of {where} names the cluster {name!r}, which does not exist"
    )


def user_of(kubeconfig: Kubeconfig, context: str, name: str, where: str) -> User:
    if not name:
        return User()
    for entry in kubeconfig.users or ():
        if entry.name == name:
            return entry.user
    raise ConfigError(f"context {context!r} of {where} names the user {name!r}, who does not exist")
