"""`Config`: everything that is needed to talk to one API server, as one value.

It is loaded from where kubectl and client-go look, and it creates the transports and credentials.
Its repr leaves out the fields that contain secrets.
"""

from __future__ import annotations

import base64
import binascii
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kube.client import kubeconfig as files
from kube.client import proxies
from kube.client.credentials import Credentials, StaticCredentials, TokenFileCredentials
from kube.client.kubeconfig import ConfigError

if TYPE_CHECKING:
    from kube.client.exec_credentials import ExecPlugin
    from kube.client.oidc_credentials import OIDCProvider
    from kube.client.tls import TLS
    from kube.client.transport import AsyncTransport, Transport

__all__ = ["Config", "ConfigError", "Impersonation"]

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")

EXEC_EXTENSION = "client.authentication.k8s.io/exec"


@dataclass(frozen=True, slots=True, kw_only=True)
class Impersonation:
    """The user to act as; the server checks that this is allowed."""

    user: str
    uid: str = ""
    groups: Sequence[str] = ()
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def headers(self) -> list[tuple[str, str]]:
        from urllib.parse import quote

        headers = [("impersonate-user", self.user)]
        if self.uid:
            headers.append(("impersonate-uid", self.uid))
        headers += [("impersonate-group", group) for group in self.groups]
        for key, values in self.extra.items():
            name = f"impersonate-extra-{quote(key.lower(), safe='')}"
            headers += [(name, value) for value in values]
        return headers


def default_user_agent() -> str:
    """`program/python3.11 (linux/x86_64) kube-codegen`.

    The server takes the part before the slash as the field manager of writes that name none.
    """
    path = Path(sys.argv[0] if sys.argv else "")
    program = path.parent.name if path.name == "__main__.py" else path.stem
    printable = "".join(
        c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in program
    ).strip("-")
    version = ".".join(map(str, sys.version_info[:2]))
    machine = f"{platform.system().lower()}/{platform.machine()}"
    return f"{printable or 'python'}/python{version} ({machine}) kube-codegen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How to reach an API server, and as which user.

    `server` is a URL. Data takes precedence over a file. `qps` and `burst` limit this client's
    requests per second; a negative `qps` means no limit. `timeout` is in seconds, for one exchange.
    """

    server: str
    namespace: str = "default"
    tls_server_name: str = ""
    insecure_skip_tls_verify: bool = False
    ca_file: str = ""
    ca_data: bytes = field(default=b"", repr=False)
    cert_file: str = ""
    cert_data: bytes = field(default=b"", repr=False)
    key_file: str = ""
    key_data: bytes = field(default=b"", repr=False)
    token: str = field(default="", repr=False)
    token_file: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    exec: ExecPlugin | None = field(default=None, repr=False)
    oidc: OIDCProvider | None = field(default=None, repr=False)
    impersonate: Impersonation | None = None
    proxy_url: str = field(default="", repr=False)
    disable_compression: bool = False
    user_agent: str = field(default_factory=default_user_agent)
    qps: float = 5
    burst: int = 10
    timeout: float | None = 60

    def __post_init__(self) -> None:
        if "://" not in self.server:
            scheme = "https" if self._has_tls() else "http"
            object.__setattr__(self, "server", f"{scheme}://{self.server}")
        if "@" in self.server:
            self._take_user_from_server()

    def _take_user_from_server(self) -> None:
        """Move the credentials of the URL, which logs and errors show, to their own fields."""
        from urllib.parse import unquote, urlsplit

        url = urlsplit(self.server)
        host = url.netloc.rpartition("@")[2]
        object.__setattr__(self, "server", url._replace(netloc=host).geturl())
        if not (self.token or self.token_file or self.username or self.exec or self.oidc):
            object.__setattr__(self, "username", unquote(url.username or ""))
            object.__setattr__(self, "password", unquote(url.password or ""))

    @classmethod
    def load(
        cls,
        kubeconfig: str | os.PathLike[str] | None = None,
        context: str | None = None,
        **changes: Any,
    ) -> Config:
        """The configuration that kubectl would use; `changes` replace fields of it.

        It comes from the first of: the file `kubeconfig`, the files of `KUBECONFIG` merged,
        `~/.kube/config`, and the service account of the pod that the program runs in. Raises
        `ConfigError`.
        """
        if kubeconfig is not None:
            return cls._from_files([Path(kubeconfig)], context, changes, explicit=True)
        variable = os.environ.get("KUBECONFIG", "")
        paths = [Path(path) for path in variable.split(os.pathsep) if path]
        # A user without an entry in passwd, as in a container, has no home: `~` stays as it is.
        paths = paths or [Path(os.path.expanduser("~/.kube/config"))]
        merged = files.load(paths, explicit=False)
        if merged is not None and (merged.contexts or merged.current_context or context):
            return cls._from_files(paths, context, changes, explicit=False)
        if "KUBERNETES_SERVICE_HOST" in os.environ:
            return cls.in_cluster(**changes)
        where = ", ".join(map(str, paths))
        state = "does not exist" if merged is None else "is empty"
        raise ConfigError(
            f"no configuration: {where} {state}, and the program does not run in a pod; "
            "pass a kubeconfig, or set KUBECONFIG"
        )

    @classmethod
    def in_cluster(cls, **changes: Any) -> Config:
        """The service account of the pod that the program runs in; its rotating token is reread.

        Raises `ConfigError` outside of a pod.
        """
        host = os.environ.get("KUBERNETES_SERVICE_HOST", "")
        port = os.environ.get("KUBERNETES_SERVICE_PORT", "443")
        token, ca = SERVICE_ACCOUNT / "token", SERVICE_ACCOUNT / "ca.crt"
        if not host:
            raise ConfigError("not in a pod: KUBERNETES_SERVICE_HOST is not set")
        if not token.exists():
            raise ConfigError(f"the pod has no service account token: {token} does not exist")
        namespace = SERVICE_ACCOUNT / "namespace"
        fields: dict[str, Any] = {
            "server": f"https://{f'[{host}]' if ':' in host else host}:{port}",
            "namespace": namespace.read_text().strip() if namespace.exists() else "default",
            "token_file": str(token),
            "ca_file": str(ca) if ca.exists() else "",
        }
        return cls(**{**fields, **changes})

    @classmethod
    def _from_files(
        cls, paths: Sequence[Path], context: str | None, changes: Mapping[str, Any], explicit: bool
    ) -> Config:
        where = ", ".join(map(str, paths))
        kubeconfig = files.load(paths, explicit=explicit)
        assert kubeconfig is not None
        name, selected = files.select(kubeconfig, context, where)
        cluster = files.cluster_of(kubeconfig, name, selected.cluster, where)
        user = files.user_of(kubeconfig, name, selected.user, where)
        if not cluster.server:
            raise ConfigError(f"cluster {selected.cluster!r} of {where} has no server")
        fields = _cluster_fields(cluster, where) | _user_fields(user, selected.user, paths, where)
        if user.exec is not None:
            fields["exec"] = _exec_plugin(user.exec, cluster)
        return cls(**{"namespace": selected.namespace or "default", **fields, **changes})

    def tls(self) -> TLS:
        """The TLS settings of this configuration. Files are read on first use."""
        from kube.client.tls import TLS

        return TLS(
            ca_file=self.ca_file,
            ca_data=self.ca_data,
            cert_file=self.cert_file,
            cert_data=self.cert_data,
            key_file=self.key_file,
            key_data=self.key_data,
            insecure=self.insecure_skip_tls_verify,
            server_name=self.tls_server_name,
        )

    def credentials(self, tls: TLS) -> Credentials:
        """The source of credentials; one that issues client certificates passes them to `tls`.

        Raises `ConfigError` for credentials that exclude each other.
        """
        if (self.token or self.token_file) and self.username:
            raise ConfigError("a user has either a token or a password, and this one has both")
        if self.exec is not None and self.oidc is not None:
            raise ConfigError("a user has either exec or auth-provider, and this one has both")
        if self.token_file:
            return TokenFileCredentials(self.token_file)
        if self.token:
            return StaticCredentials.token(self.token)
        if self.username:
            return StaticCredentials.basic(self.username, self.password)
        if self.exec is not None:
            from kube.client.exec_credentials import ExecCredentials

            return ExecCredentials(self.exec, tls)
        if self.oidc is not None:
            from kube.client.oidc_credentials import OIDCCredentials

            return OIDCCredentials(self.oidc)
        return StaticCredentials.anonymous()

    def transport(self, tls: TLS) -> Transport:
        """A synchronous transport over the network."""
        from kube.client.http.transport import HTTPTransport

        return HTTPTransport(
            self.server, tls=tls, proxy=self._proxy(), headers=self._transport_headers()
        )

    def async_transport(self, tls: TLS) -> AsyncTransport:
        """An asynchronous transport over the network."""
        from kube.client.http.async_transport import AsyncHTTPTransport

        return AsyncHTTPTransport(
            self.server, tls=tls, proxy=self._proxy(), headers=self._transport_headers()
        )

    def _has_tls(self) -> bool:
        return bool(
            self.ca_file
            or self.ca_data
            or self.cert_file
            or self.cert_data
            or self.insecure_skip_tls_verify
        )

    def _transport_headers(self) -> list[tuple[str, str]]:
        encoding = "identity" if self.disable_compression else "gzip"
        return [
            ("accept-encoding", encoding),
            *(self.impersonate.headers() if self.impersonate is not None else ()),
        ]

    def _proxy(self) -> str | None:
        """The proxy of this configuration, whatever the server, else the environment's."""
        if self.proxy_url:
            return proxies.checked(self.proxy_url, "proxy-url")
        return proxies.proxy_for(self.server, os.environ)


def _cluster_fields(cluster: files.Cluster, where: str) -> dict[str, Any]:
    return {
        "server": cluster.server,
        "tls_server_name": cluster.tls_server_name,
        "insecure_skip_tls_verify": cluster.insecure_skip_tls_verify,
        "ca_file": cluster.certificate_authority,
        "ca_data": _base64(cluster.certificate_authority_data, "certificate-authority-data", where),
        "proxy_url": cluster.proxy_url,
        "disable_compression": cluster.disable_compression,
    }


def _user_fields(user: files.User, name: str, paths: Sequence[Path], where: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "cert_file": user.client_certificate,
        "cert_data": _base64(user.client_certificate_data, "client-certificate-data", where),
        "key_file": user.client_key,
        "key_data": _base64(user.client_key_data, "client-key-data", where),
        "token": user.token,
        "token_file": user.token_file,
        "username": user.username,
        "password": user.password,
    }
    if user.act_as or user.act_as_groups or user.act_as_uid or user.act_as_user_extra:
        if not user.act_as:
            raise ConfigError(
                f"user {name!r} of {where}: as-groups, as-uid and as-user-extra need `as`"
            )
        fields["impersonate"] = Impersonation(
            user=user.act_as,
            uid=user.act_as_uid,
            groups=tuple(user.act_as_groups or ()),
            extra=user.act_as_user_extra or {},
        )
    if user.auth_provider is not None:
        fields["oidc"] = _oidc_provider(user.auth_provider, name, paths, where)
    return fields


def _base64(text: str, what: str, where: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise ConfigError(f"{where}: {what} is not valid base64") from None


def _exec_plugin(exec: files.Exec, cluster: files.Cluster) -> ExecPlugin:
    from kube.client.exec_credentials import ExecPlugin

    extensions = {e.name: e.extension for e in cluster.extensions or ()}
    described: dict[str, Any] = {
        "server": cluster.server,
        "tls-server-name": cluster.tls_server_name,
        "insecure-skip-tls-verify": cluster.insecure_skip_tls_verify,
        "certificate-authority-data": cluster.certificate_authority_data,
        "proxy-url": cluster.proxy_url,
        "disable-compression": cluster.disable_compression,
        "config": extensions.get(EXEC_EXTENSION),
    }
    if cluster.certificate_authority and not cluster.certificate_authority_data:
        try:
            authority = Path(cluster.certificate_authority).read_bytes()
        except OSError as error:
            raise ConfigError(
                f"cannot read certificate-authority {cluster.certificate_authority}: "
                f"{error.strerror}"
            ) from None
        described["certificate-authority-data"] = base64.b64encode(authority).decode()
    return ExecPlugin(
        command=exec.command,
        api_version=exec.api_version,
        args=tuple(exec.args or ()),
        env=tuple((variable.name, variable.value) for variable in exec.env or ()),
        install_hint=exec.install_hint,
        interactive_mode=exec.interactive_mode,
        cluster=(
            {key: value for key, value in described.items() if value}
            if exec.provide_cluster_info
            else None
        ),
    )


def _oidc_provider(
    provider: files.AuthProvider, user: str, paths: Sequence[Path], where: str
) -> OIDCProvider:
    from kube.client.oidc_credentials import OIDCProvider

    if provider.name != "oidc":
        raise ConfigError(
            f"user {user!r} of {where} has the auth-provider {provider.name!r}, which was removed "
            "from Kubernetes; use an exec plugin (GKE: gke-gcloud-auth-plugin, AKS: kubelogin)"
        )
    config = provider.config or {}
    if not config.get("idp-issuer-url"):
        raise ConfigError(f"user {user!r} of {where}: the auth-provider oidc needs idp-issuer-url")
    return OIDCProvider(
        issuer=config["idp-issuer-url"],
        client_id=config.get("client-id", ""),
        client_secret=config.get("client-secret", ""),
        id_token=config.get("id-token", ""),
        refresh_token=config.get("refresh-token", ""),
        ca_file=config.get("idp-certificate-authority", ""),
        ca_data=_base64(
            config.get("idp-certificate-authority-data", ""),
            "idp-certificate-authority-data",
            where,
        ),
        user=user,
        kubeconfigs=tuple(paths),
    )
