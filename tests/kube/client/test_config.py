"""Where a Config comes from, and what it makes of kubeconfigs."""

from __future__ import annotations

import base64
import pwd
from pathlib import Path
from typing import Any, NoReturn

import pytest

from kube.client import Config, ConfigError, Impersonation
from kube.client import config as config_module
from kube.runtime import yaml


@pytest.fixture(autouse=True)
def no_machine_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def kubeconfig(path: Path, name: str = "one", **more: Any) -> Path:
    """A kubeconfig of one cluster, user and context; `cluster` and `user` add to them."""
    cluster = {"server": f"https://{name}.example:6443", **more.get("cluster", {})}
    tree = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": more.get("user", {})}],
        "contexts": [
            {
                "name": name,
                "context": {"cluster": name, "user": name, **more.get("context", {})},
            }
        ],
        "current-context": more.get("current", name),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(tree))
    return path


def test_an_explicit_file_wins_over_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path / "env", "env")))
    assert Config.load(kubeconfig(tmp_path / "mine")).server == "https://one.example:6443"
    assert Config.load().server == "https://env.example:6443"


def test_the_home_file_is_read_where_the_variable_is_unset(tmp_path: Path) -> None:
    kubeconfig(tmp_path / "home/.kube/config", "home", context={"namespace": "mine"})
    found = Config.load()
    assert (found.server, found.namespace) == ("https://home.example:6443", "mine")


def test_several_files_are_merged_and_the_first_entry_of_a_name_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kubeconfig(tmp_path / "a", "one", current="")
    second = kubeconfig(tmp_path / "b", "two")
    third = kubeconfig(tmp_path / "c", "one", cluster={"server": "https://shadowed"})
    absent = tmp_path / "absent"
    monkeypatch.setenv("KUBECONFIG", f"{first}:{absent}:{second}::{third}")
    assert Config.load().server == "https://two.example:6443"
    assert Config.load(context="one").server == "https://one.example:6443"


def test_paths_are_relative_to_the_file_they_stand_in(tmp_path: Path) -> None:
    path = kubeconfig(
        tmp_path / "deep/config",
        cluster={"certificate-authority": "ca.pem"},
        user={"client-certificate": "../me.pem", "client-key": "/abs/me.key"},
    )
    found = Config.load(path)
    assert found.ca_file == str(tmp_path / "deep/ca.pem")
    assert found.cert_file == str(tmp_path / "deep/../me.pem")
    assert found.key_file == "/abs/me.key"


def test_in_a_pod_the_service_account_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("t")
    (tmp_path / "ca.crt").write_text("c")
    (tmp_path / "namespace").write_text("mine\n")
    monkeypatch.setattr(config_module, "SERVICE_ACCOUNT", tmp_path)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "6443")
    found = Config.load(qps=50)
    assert (found.server, found.namespace) == ("https://[fd00::1]:6443", "mine")
    assert (found.token_file, found.ca_file) == (str(tmp_path / "token"), str(tmp_path / "ca.crt"))
    assert found.qps == 50


def test_a_user_without_a_home_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs as a number: its passwd has no such user."""

    def nobody(uid: int) -> NoReturn:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    with pytest.raises(ConfigError, match=r"no configuration: ~/\.kube/config does not exist"):
        Config.load()


def test_a_kubeconfig_wins_over_the_service_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path / "config")))
    assert Config.load().server == "https://one.example:6443"


def test_nothing_found_says_where_it_looked() -> None:
    with pytest.raises(ConfigError, match=r"\.kube/config does not exist.*set KUBECONFIG"):
        Config.load()


def test_an_empty_file_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/dev/null")
    with pytest.raises(
        ConfigError, match="/dev/null is empty, and the program does not run in a pod"
    ):
        Config.load()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", r"config:2:1: did not find"),
        ("clusters: 3", r"Expected `array . null`, got `int` - at `\$.clusters`"),
        ("current-context: x", "has no context 'x'; it has: none"),
        ("contexts: [{name: a}, {name: b}]", "no current-context; name one of its contexts: a, b"),
        (
            "contexts: [{name: a, context: {cluster: c}}]\ncurrent-context: a",
            "context 'a' of .* names the cluster 'c', which does not exist",
        ),
        (
            "contexts: [{name: a, context: {cluster: c}}]\ncurrent-context: a\n"
            "clusters: [{name: c}]",
            "cluster 'c' of .* has no server",
        ),
    ],
)
def test_a_faulty_kubeconfig_says_what_is_wrong_and_where(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message) as raised:
        Config.load(path)
    assert str(path) in str(raised.value)


def test_a_missing_explicit_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="absent does not exist"):
        Config.load(tmp_path / "absent")


def test_nulls_and_unknown_members_do_no_harm(tmp_path: Path) -> None:
    path = kubeconfig(
        tmp_path / "config",
        cluster={"certificate-authority": None, "future": {"a": 1}},
        user={"exec": None, "token": None, "as-groups": None},
    )
    assert Config.load(path).ca_file == ""


def test_inline_data_is_decoded_and_bad_data_is_refused_without_being_shown(
    tmp_path: Path,
) -> None:
    data = base64.b64encode(b"PEM").decode()
    user = {"client-certificate-data": data, "client-key-data": data}
    found = Config.load(kubeconfig(tmp_path / "good", user=user))
    assert (found.cert_data, found.key_data) == (b"PEM", b"PEM")
    bad = kubeconfig(tmp_path / "bad", user={"client-key-data": "s3cret!"})
    with pytest.raises(ConfigError, match="client-key-data is not valid base64") as raised:
        Config.load(bad)
    assert "s3cret" not in str(raised.value)


def test_impersonation_needs_a_user_and_repeats_its_headers(tmp_path: Path) -> None:
    user = {
        "as": "jane",
        "as-uid": "7",
        "as-groups": ["dev", "ops"],
        "as-user-extra": {"Acme.com/Project": ["x", "y"]},
    }
    found = Config.load(kubeconfig(tmp_path / "config", user=user))
    assert found.impersonate is not None
    assert found.impersonate.headers() == [
        ("impersonate-user", "jane"),
        ("impersonate-uid", "7"),
        ("impersonate-group", "dev"),
        ("impersonate-group", "ops"),
        ("impersonate-extra-acme.com%2Fproject", "x"),
        ("impersonate-extra-acme.com%2Fproject", "y"),
    ]
    with pytest.raises(ConfigError, match="need `as`"):
        Config.load(kubeconfig(tmp_path / "config", user={"as-groups": ["dev"]}))


def test_cluster_settings_reach_the_config(tmp_path: Path) -> None:
    cluster = {
        "tls-server-name": "inner",
        "insecure-skip-tls-verify": True,
        "proxy-url": "http://user:s3cret@proxy:3128",
        "disable-compression": True,
    }
    found = Config.load(kubeconfig(tmp_path / "config", cluster=cluster))
    assert found.tls_server_name == "inner"
    assert found.insecure_skip_tls_verify
    assert found.proxy_url == "http://user:s3cret@proxy:3128"
    assert found.disable_compression
    assert "s3cret" not in repr(found)


def test_no_secret_shows_in_a_repr(tmp_path: Path) -> None:
    user = {
        "token": "s3cret",
        "client-key-data": base64.b64encode(b"s3cret").decode(),
        "exec": {
            "command": "x",
            "apiVersion": "client.authentication.k8s.io/v1",
            "env": [{"name": "A", "value": "s3cret"}],
        },
    }
    found = Config.load(kubeconfig(tmp_path / "config", user=user))
    assert "s3cret" not in repr(found)
    assert "s3cret" not in repr(Config(server="x", username="me", password="s3cret"))


def test_a_server_without_a_scheme_gets_one() -> None:
    assert Config(server="localhost:8080").server == "http://localhost:8080"
    assert Config(server="localhost:6443", ca_data=b"x").server == "https://localhost:6443"


def test_contradicting_credentials_are_refused() -> None:
    config = Config(server="x", token="a", username="b")
    with pytest.raises(ConfigError, match="has both"):
        config.credentials(config.tls())


def test_a_removed_auth_provider_says_what_to_use_instead(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path / "config", user={"auth-provider": {"name": "gcp"}})
    with pytest.raises(ConfigError, match="gke-gcloud-auth-plugin"):
        Config.load(path)


def test_basic_credentials_and_tokens_become_headers() -> None:
    basic = Config(server="x", username="me", password="pw")
    assert basic.credentials(basic.tls()).headers() == {"authorization": "Basic bWU6cHc="}
    token = Config(server="x", token="t")
    assert token.credentials(token.tls()).headers() == {"authorization": "Bearer t"}


def test_a_proxy_of_a_scheme_we_do_not_speak_is_refused() -> None:
    config = Config(server="https://x", proxy_url="ftp://proxy:1080")
    with pytest.raises(ConfigError, match="proxy-url has the scheme 'ftp'; supported are http"):
        config.transport(config.tls())


def test_impersonation_is_part_of_the_config() -> None:
    assert Config(server="x", impersonate=Impersonation(user="jane")).impersonate is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("NO", "NO"),
        ("true", True),
        ("2026-01-02", "2026-01-02"),
        ("12:30:45", "12:30:45"),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        ("0x1F", 31),
        ("-7", -7),
        ("089", "089"),
        ("~", None),
        ("", None),
        ("1_000", "1_000"),
        ("{1: a, true: b}", {"1": "a", "true": "b"}),
        ("{a: &x {b: 1}, c: {<<: *x, d: 2}}", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}),
    ],
)
def test_yaml_has_json_types(text: str, value: Any) -> None:
    assert yaml.load(text) == value
    assert type(yaml.load(text)) is type(value)


@pytest.mark.parametrize(
    "value", ["on", "1e3", "12:30", "2026-01-02", "0o17", "null", "1", "~", ""]
)
def test_yaml_strings_stay_strings_when_written(value: str) -> None:
    assert yaml.load(yaml.dump({"a": value})) == {"a": value}


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("/usr/bin/my-controller", "my-controller"),
        ("/x/controller.py", "controller"),
        ("/x/package/__main__.py", "package"),
        ("-c", "c"),
        ("/x/контроллер-2.py", "2"),
        ("", "python"),
    ],
)
def test_the_user_agent_begins_with_the_program(
    monkeypatch: pytest.MonkeyPatch, program: str, name: str
) -> None:
    monkeypatch.setattr("sys.argv", [program])
    assert Config(server="x").user_agent.startswith(f"{name}/python3.")


def test_a_user_in_the_servers_url_is_basic_auth_unless_there_is_another() -> None:
    config = Config(server="https://me:p%40ss@[::1]:6443/base")
    assert config.server == "https://[::1]:6443/base"
    assert (config.username, config.password) == ("me", "p@ss")
    with_token = Config(server="https://me:pass@x", token="t")
    assert (with_token.server, with_token.username, with_token.token) == ("https://x", "", "t")
