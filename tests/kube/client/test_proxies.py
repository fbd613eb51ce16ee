"""Which proxy the environment names. The expectations are what golang.org/x/net/http/httpproxy
answers to the same questions.
"""

from __future__ import annotations

import pytest

from kube.client import ConfigError
from kube.client.proxies import proxy_for

PROXY = "http://proxy.example:3128"


def is_proxied(url: str, no_proxy: str) -> bool:
    return (
        proxy_for(url, {"HTTPS_PROXY": PROXY, "HTTP_PROXY": PROXY, "NO_PROXY": no_proxy}) == PROXY
    )


@pytest.mark.parametrize(
    ("no_proxy", "direct", "proxied"),
    [
        (
            "",
            "localhost 127.0.0.1 127.9.9.9:6443 [::1] [::ffff:127.0.0.1]",
            "foo.localhost 10.0.0.1",
        ),
        ("*", "example.com 10.0.0.1 [fd00::1]", ""),
        ("other, * ,more", "example.com 10.0.0.1", ""),
        ("example.com", "example.com EXAMPLE.com:6443 a.b.example.com", "xexample.com com"),
        (".example.com", "a.example.com a.b.example.com", "example.com xexample.com"),
        ("*.example.com", "a.example.com a.b.example.com", "example.com"),
        ("*example.com", "", "example.com a.example.com xexample.com"),
        ("example.com:6443", "example.com:6443 a.example.com:6443", "example.com example.com:80"),
        ("example.com:443", "example.com a.example.com:443", "example.com:6443"),
        (".svc:443,.local", "kubernetes.default.svc a.local:6443", "kubernetes.default.svc:6443"),
        (" Example.COM ,b.org", "a.example.com b.org", "c.org"),
        ("example.com.", "example.com.", "example.com"),
        ("10.0.0.0/8", "10.0.0.1 10.255.3.4:6443 [::ffff:10.0.0.1]", "11.0.0.1 [fd00::1]"),
        ("::ffff:10.0.0.0/104", "10.0.0.1 [::ffff:10.0.0.1]", "11.0.0.1"),
        ("10.1.2.3/8", "10.0.0.1", "11.0.0.1"),
        ("10.0.0.0/255.0.0.0", "", "10.0.0.1"),
        ("10.0.0.0/33", "", "10.0.0.1"),
        ("fd00::/8", "[fd00::1] [fd12::1]:6443", "[fe80::1] 10.0.0.1"),
        ("fe80::/10", "[fe80::1%25eth0]", ""),
        ("10.0.0.1", "10.0.0.1 10.0.0.1:6443", "10.0.0.11 1.10.0.0.1"),
        ("10.0.0.1:6443", "10.0.0.1:6443", "10.0.0.1"),
        ("fd00::1", "[fd00::1] [fd00:0::0:1]:6443", "[fd00::2]"),
        ("[fd00::1]:443", "[fd00::1]", "[fd00::1]:6443"),
        ("[fd00::1]", "", "[fd00::1]"),
        ("0.1,10.0.0", "", "10.0.0.1"),
        ("bücher.example", "xn--bcher-kva.example bücher.example", "bucher.example"),
        (":443,,.,*.,a:b:c", "", "example.com 10.0.0.1"),
    ],
)
def test_no_proxy_means_what_it_means_in_go(no_proxy: str, direct: str, proxied: str) -> None:
    assert [host for host in direct.split() if is_proxied(f"https://{host}", no_proxy)] == []
    assert [host for host in proxied.split() if not is_proxied(f"https://{host}", no_proxy)] == []


def test_each_scheme_has_its_variable_and_upper_case_wins() -> None:
    environment = {
        "HTTPS_PROXY": "http://one:1",
        "https_proxy": "http://two:2",
        "http_proxy": "https://me:pw@three:3",
        "ALL_PROXY": "http://four:4",
    }
    assert proxy_for("https://example.com", environment) == "http://one:1"
    assert proxy_for("http://example.com", environment) == "https://me:pw@three:3"
    assert proxy_for("https://example.com", {"ALL_PROXY": "http://four:4"}) is None
    lower = {"https_proxy": "http://two:2", "no_proxy": "example.com"}
    assert proxy_for("https://example.com", lower) is None
    assert proxy_for("https://example.org", lower) == "http://two:2"


def test_a_proxy_without_a_scheme_is_an_http_proxy() -> None:
    assert proxy_for("https://a.org", {"HTTPS_PROXY": "proxy:3128"}) == "http://proxy:3128"


@pytest.mark.parametrize(
    ("proxy", "message"),
    [
        ("ftp://me:secret@proxy:1080", "HTTPS_PROXY has the scheme 'ftp'; supported are "),
        ("http://me:secret@:3128", "HTTPS_PROXY is not a valid URL"),
        ("http://me:secret@proxy:port", "HTTPS_PROXY is not a valid URL"),
        ("http://me:secret@[::1", "HTTPS_PROXY is not a valid URL"),
        ("://me:secret@proxy", "HTTPS_PROXY is not a valid URL"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_an_error_without_its_password(
    proxy: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as raised:
        proxy_for("https://example.com", {"HTTPS_PROXY": proxy})
    assert "secret" not in str(raised.value)
    assert proxy_for("https://localhost", {"HTTPS_PROXY": proxy}) is None


def test_a_cgi_program_does_not_take_its_proxy_from_whoever_calls_it() -> None:
    environment = {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY, "REQUEST_METHOD": "GET"}
    with pytest.raises(ConfigError, match="CGI"):
        proxy_for("http://example.com", environment)
    assert proxy_for("https://example.com", environment) == PROXY
