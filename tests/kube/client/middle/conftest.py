"""Programs that stand between clients and servers in the field, each started for a test.

They come with the system's packages. A test whose program is missing is skipped, with its name.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kube.client.secure import AUTHORITY


def find(name: str) -> str:
    found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"no {name}: install it (on Debian: apt install {name})")
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[None]:
    """The program, from when it listens until the block is left."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=60).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        pytest.fail(f"{command[0]} did not start: {log.read_text()}")
            yield
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    path = tmp_path / "server.pem"
    AUTHORITY.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(path))
    return path


NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  keepalive_requests 3; keepalive_timeout 1s; gzip on; gzip_min_length 100;
  gzip_types application/json; client_max_body_size 1m;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {certificate};
    location / {{
      proxy_pass {upstream}; proxy_http_version 1.1; proxy_buffering off;
      proxy_read_timeout {patience}s;
    }}
  }}
}}
"""

HAPROXY = """
global
  maxconn 200
defaults
  mode http
  timeout connect 60s
  timeout client {patience}s
  timeout server {patience}s
  timeout http-keep-alive 1s
frontend main
  bind 127.0.0.1:{port} ssl crt {certificate} alpn http/1.1
  default_backend api
backend api
  server one {address}
"""


@pytest.fixture(params=["nginx", "haproxy"])
def tls_end(request: pytest.FixtureRequest, tmp_path: Path, certificate: Path) -> TLSEnd:
    """What ends TLS before a server, with keep-alive and time-out rules of its own."""
    return TLSEnd(request.param, find(request.param), tmp_path, certificate)


class TLSEnd:
    """Its idle connections end after a second; nginx ends one after three requests, too.

    It waits for `patience` seconds for whatever it passes on.
    """

    def __init__(self, kind: str, program: str, folder: Path, certificate: Path) -> None:
        self.kind = kind
        self._program = program
        self._folder = folder
        self._certificate = certificate

    @contextmanager
    def before(self, upstream: str, patience: int = 120) -> Iterator[str]:
        port = free_port()
        path = self._folder / f"{self.kind}.conf"
        template = NGINX if self.kind == "nginx" else HAPROXY
        path.write_text(
            template.format(
                folder=self._folder,
                port=port,
                patience=patience,
                certificate=self._certificate,
                upstream=upstream,
                address=upstream.removeprefix("http://"),
            )
        )
        flag = "-c" if self.kind == "nginx" else "-f"
        with running([self._program, flag, str(path)], port, self._folder / "log"):
            yield f"https://127.0.0.1:{port}"


@contextmanager
def tinyproxy(folder: Path) -> Iterator[str]:
    """An HTTP proxy that asks for a password."""
    port, path = free_port(), folder / "tinyproxy.conf"
    path.write_text(
        f"Port {port}\nListen 127.0.0.1\nBasicAuth me pw\nAllow 127.0.0.1\nTimeout 60\n"
    )
    with running([find("tinyproxy"), "-d", "-c", str(path)], port, folder / "tinyproxy.log"):
        yield f"http://me:pw@127.0.0.1:{port}"


@contextmanager
def microsocks(folder: Path) -> Iterator[str]:
    """A SOCKS5 proxy that asks for a password."""
    port = free_port()
    command = [find("microsocks"), "-i", "127.0.0.1", "-p", str(port), "-u", "me", "-P", "pw"]
    with running(command, port, folder / "microsocks.log"):
        yield f"socks5://me:pw@127.0.0.1:{port}"
