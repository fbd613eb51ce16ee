from enum import StrEnum
from typing import Literal

from kube.runtime import Int, Int32, Object, ObjectList, Struct, field


class PullPolicy(StrEnum):
    ALWAYS = "Always"
    NEVER = "Never"
    IF_NOT_PRESENT = "IfNotPresent"


class Sidecar(Struct):
    pull_policy: PullPolicy | None = None


class AppSpecPolicy(StrEnum):
    IF_NOT_PRESENT = "IfNotPresent"
    ALWAYS = "Always"


class CheckType(StrEnum):
    HTTP = "Http"
    TCP = "Tcp"


class Check(Struct):
    type: CheckType | None = None


class Probe(Struct):
    type: CheckType | None = None
    after: Int | None = None


class KeySelector(Struct):
    """Selects a key."""

    key: str | None = None
    """The key."""


class Primary(Struct):
    host: str | None = None
    """The host."""

    port: Int32 | None = None
    """The port."""

    server_url: str | None = field(default=None, name="serverURL")
    """The URL."""


class Secondary(Primary):
    server_url: str | None = field(default=None, name="serverURL")
    """Another URL."""


class Third(Struct):
    host: str | None = None
    """Its host."""

    port: Int32 | None = None
    """Its port."""

    server_url: str | None = field(default=None, name="serverURL")
    """The URL."""


class AppSpec(Struct):
    once: Literal["Left", "Right"] | None = None

    # +default="Always"
    pull_policy: PullPolicy | None = None

    sidecars: list[Sidecar] | None = None

    policies: list[AppSpecPolicy] | None = None

    other_policies: list[AppSpecPolicy] | None = None

    check: Check | None = None

    probe: Probe | None = None

    operator: Literal["=", "!="] | None = None

    same_operator: Literal["=", "!="] | None = None

    cased: Literal["replace", "Replace"] | None = None

    same_cased: Literal["replace", "Replace"] | None = None

    empty: Literal["", "Set"] | None = None

    same_empty: Literal["", "Set"] | None = None

    key_selector: KeySelector | None = None
    """Selects a key."""

    key_selectors: list[KeySelector] | None = None

    primary: Primary | None = None
    """The first."""

    secondary: Secondary | None = None
    """The second."""

    third: Third | None = None


# +genclient
class App(Object):
    spec: AppSpec = field(default_factory=AppSpec)


class AppList(ObjectList[App]):
    """A list of App."""
