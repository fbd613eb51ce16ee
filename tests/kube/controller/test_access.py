"""Who may read the metrics, and by which certificate. Numbers are those of the promises."""

from __future__ import annotations

import asyncio
import os
import ssl
from pathlib import Path

import aiohttp
import msgspec
import pytest
import trustme
from prometheus_client import CollectorRegistry

from kube.client import AsyncClient, AsyncRESTClient
from kube.controller import Manager
from kube.controller.access import MOST_REMEMBERED, Access, _Remembered
from kube.controller.certificates import REREAD_SECONDS, own_context
from kube.controller.errors import MissingExtraError
from kube.envtest import AsyncMemoryTransport, Server
from kube.runtime.clock import ManualClock
from kube.runtime.errors import ServiceUnavailableError

SCRAPER = [
    {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "scraper"},
        "rules": [{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}],
    },
    {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "scraper"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "scraper",
        },
        "subjects": [
            {"kind": "User", "name": "prometheus", "apiGroup": "rbac.authorization.k8s.io"}
        ],
    },
]  # fmt: skip

TOKENS = {"good": "prometheus", "poor": "somebody", "anonymous": "system:anonymous"}


@pytest.fixture
def server():
    server = Server(authorization=True)
    server.load(SCRAPER)

    def whose(action):
        if action.resource != "tokenreviews":
            return None
        review = msgspec.json.decode(action.body)
        user = TOKENS.get(review["spec"]["token"])
        status = {"authenticated": True, "user": {"username": user}} if user else {}
        return {**review, "status": status}

    server.reactors.append(whose)
    return server


@pytest.fixture
def rest(server):
    return AsyncRESTClient(AsyncMemoryTransport(server))


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def access(rest, clock):
    return Access(AsyncClient(rest), clock)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("", 401),
        ("Basic Z29vZA==", 401),
        ("Bearer ", 401),
        ("Bearer unknown", 401),
        ("Bearer anonymous", 401),
        ("Bearer poor", 403),
        ("Bearer good", 200),
        ("bearer good", 200),
    ],
)
async def test_a_token_is_needed_and_its_user_needs_the_right(access, authorization, status):
    """24. Metrics: without a token 401, without the right 403, with it 200."""
    assert await access.status(authorization, "GET", "/metrics") == status


async def test_extra_paths_are_judged_by_themselves(access):
    """24. ... extra handlers likewise."""
    assert await access.status("Bearer good", "GET", "/debug") == 403
    assert await access.status("Bearer good", "POST", "/metrics") == 403


def reviews(server):
    counted = [a.resource for a in server.actions if a.resource.endswith("reviews")]
    server.actions.clear()
    return counted


async def test_answers_are_remembered_for_their_time(access, server, clock):
    for _ in range(3):
        assert await access.status("Bearer good", "GET", "/metrics") == 200
        assert await access.status("Bearer poor", "GET", "/metrics") == 403
    assert sorted(reviews(server)) == [*["subjectaccessreviews"] * 2, *["tokenreviews"] * 2]
    clock.advance(31)
    await access.status("Bearer good", "GET", "/metrics")
    await access.status("Bearer poor", "GET", "/metrics")
    assert reviews(server) == ["subjectaccessreviews"]
    clock.advance(60)
    await access.status("Bearer good", "GET", "/metrics")
    assert reviews(server) == ["tokenreviews"]


def test_no_more_than_so_many_answers_are_kept(clock):
    remembered = _Remembered(clock)
    for n in range(MOST_REMEMBERED + 50):
        remembered.put(str(n), n, 60)
    assert (remembered.get("49"), remembered.get("50")) == ((False, None), (True, 50))


async def test_a_review_that_fails_is_tried_again_and_then_500(access, server, clock):
    def fails(action):
        raise ServiceUnavailableError("no")

    server.reactors.insert(0, fails)
    judging = asyncio.create_task(access.status("Bearer good", "GET", "/metrics"))
    while not judging.done():
        await asyncio.sleep(0.001)
        clock.advance(1)
    assert await judging == 500
    assert len(reviews(server)) == 5


class Issuer:
    def __init__(self, folder):
        self.folder = folder
        self.authority = trustme.CA()
        self.trust = ssl.create_default_context()
        self.authority.configure_trust(self.trust)

    def issue(self, name):
        """A folder with a new certificate."""
        folder = self.folder / name
        folder.mkdir()
        certificate = self.authority.issue_cert("localhost", common_name=name)
        (folder / "tls.crt").write_bytes(b"".join(b.bytes() for b in certificate.cert_chain_pems))
        (folder / "tls.key").write_bytes(certificate.private_key_pem.bytes())
        return folder


async def test_metrics_are_served_by_https_and_a_new_certificate_is_picked_up(
    rest, clock, tmp_path
):
    """24, and 25. A rotated metrics certificate is served within 10 s, also when files are swapped
    by a symlink (a mounted Secret).
    """
    issuer = Issuer(tmp_path)
    mounted = tmp_path / "mounted"
    mounted.symlink_to(issuer.issue("first"))
    manager = Manager(
        rest,
        name="test",
        metrics="127.0.0.1:0",
        metrics_tls=mounted,
        metrics_access=True,
        registry=CollectorRegistry(),
        clock=clock,
    )
    running = asyncio.create_task(manager.run(handle_signals=False))
    await asyncio.wait_for(manager.elected.wait(), 60)
    port = manager.metrics_address.rpartition(":")[2]

    async def scrape(token):
        connector = aiohttp.TCPConnector(ssl=issuer.trust)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(f"https://localhost:{port}/metrics", headers=headers) as answer,
        ):
            return answer.status

    async def certificate():
        _, writer = await asyncio.open_connection("localhost", port, ssl=issuer.trust)
        subject = dict(part[0] for part in writer.get_extra_info("peercert")["subject"])
        writer.close()
        return subject["commonName"]

    assert [await scrape(token) for token in ("", "poor", "good")] == [401, 403, 200]
    assert await certificate() == "first"
    swapped = tmp_path / "swapped"
    swapped.symlink_to(issuer.issue("second"))
    os.replace(swapped, mounted)
    clock.advance(REREAD_SECONDS)
    await asyncio.sleep(0)
    assert await certificate() == "second"
    manager.stop()
    await running


@pytest.fixture
def registry():
    return CollectorRegistry()


@pytest.fixture
def serve(rest, clock, registry):
    """Runs a manager whose metrics are protected, and gives the port of a connection to it."""
    managers = []

    async def started(**options):
        manager = Manager(
            rest,
            name="test",
            metrics="127.0.0.1:0",
            registry=registry,
            clock=clock,
            **options,
        )
        managers.append((manager, asyncio.create_task(manager.run(handle_signals=False))))
        await asyncio.wait_for(manager.elected.wait(), 60)
        return manager.metrics_address.rpartition(":")[2]

    yield started
    for manager, _ in managers:
        manager.stop()


async def certificate_at(port, trust):
    _, writer = await asyncio.open_connection("localhost", port, ssl=trust)
    subject = dict(part[0] for part in writer.get_extra_info("peercert")["subject"])
    writer.close()
    return subject["commonName"]


def certificate_that_is_broken(issuer, mounted):
    (mounted / "tls.crt").write_bytes(b"not a certificate")


def key_of_another_certificate(issuer, mounted):
    (mounted / "tls.crt").write_bytes((issuer.issue("half") / "tls.crt").read_bytes())


def key_that_is_encrypted(issuer, mounted):
    from cryptography.hazmat.primitives import serialization as forms

    key = forms.load_pem_private_key((mounted / "tls.key").read_bytes(), None)
    (mounted / "tls.key").write_bytes(
        key.private_bytes(
            forms.Encoding.PEM,
            forms.PrivateFormat.PKCS8,
            forms.BestAvailableEncryption(b"secret"),
        )
    )


def no_files(issuer, mounted):
    (mounted / "tls.crt").unlink()


@pytest.mark.parametrize(
    "breaks",
    [certificate_that_is_broken, key_of_another_certificate, key_that_is_encrypted, no_files],
)
async def test_a_certificate_that_breaks_on_disk_leaves_the_last_one_served(
    serve, clock, tmp_path, registry, breaks, caplog
):
    """25. In the middle of a rotation certificate and key do not fit."""
    issuer = Issuer(tmp_path)
    mounted = issuer.issue("first")
    port = await serve(metrics_tls=[mounted / "tls.crt", mounted / "tls.key"])
    assert await certificate_at(port, issuer.trust) == "first"
    breaks(issuer, mounted)
    clock.advance(REREAD_SECONDS)
    await asyncio.sleep(0)
    assert await certificate_at(port, issuer.trust) == "first"
    assert "cannot read the certificate" in caplog.text
    second = issuer.issue("second")
    for name in ("tls.crt", "tls.key"):
        (mounted / name).write_bytes((second / name).read_bytes())
    clock.advance(REREAD_SECONDS)
    await asyncio.sleep(0)
    assert await certificate_at(port, issuer.trust) == "second"
    assert registry.get_sample_value("certwatcher_read_certificate_total") == 3
    assert registry.get_sample_value("certwatcher_read_certificate_errors_total") == 1


async def test_without_files_the_server_signs_a_certificate_of_its_own(serve):
    port = await serve(metrics_tls=True)
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("localhost", port, ssl=anybody)
    served = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    trust = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(served))
    assert await certificate_at(port, trust) == "localhost"


def test_a_self_signed_certificate_without_the_library_names_the_extra(tmp_path, monkeypatch):
    (tmp_path / "cryptography").mkdir()
    (tmp_path / "cryptography" / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'cryptography'\")\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(MissingExtraError, match=r"kube-codegen\[controller\]"):
        own_context()


def test_protection_of_metrics_that_are_switched_off_is_no_error(rest):
    manager = Manager(rest, metrics="0", metrics_tls=True, metrics_access=True)
    assert manager._servers.all == []


def test_protection_of_metrics_that_are_not_served_is_an_error(rest):
    with pytest.raises(ValueError, match="need an address"):
        Manager(rest, metrics_access=True)


def test_a_certificate_is_two_files(rest, tmp_path):
    with pytest.raises(ValueError, match="a folder, or two files, not 3"):
        Manager(rest, metrics=":0", metrics_tls=["a", "b", "c"], registry=CollectorRegistry())


def test_a_folder_without_a_certificate_is_an_error_at_construction(rest, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"tls\.crt"):
        Manager(rest, metrics=":0", metrics_tls=Path(tmp_path), registry=CollectorRegistry())
