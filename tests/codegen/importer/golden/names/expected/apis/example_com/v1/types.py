from typing import Literal

from kube.runtime import Int, Object, ObjectList, Struct, field


class OddNone(Struct):
    a: str | None = None


class XKubernetesValidations(Struct):
    default: str | None = None


class OneRule(Struct):
    a: Int | None = None


class One(Struct):
    rule: OneRule | None = None


class TwoRule(Struct):
    b: Int | None = None


class Two(Struct):
    rule: TwoRule | None = None


class Policy(Struct):
    c: Int | None = None


class DataItem(Struct):
    d: Int | None = None


class OddSpec(Struct):
    from_: str | None = None
    list_: list[str] | None = None
    field_: str | None = None
    proxy_url_2: str | None = field(default=None, name="proxyURL")
    proxy_url: str | None = field(default=None, name="proxyUrl")
    client_id_2: str | None = field(default=None, name="client_id")
    client_id: str | None = field(default=None, name="clientID")
    kebab_case: str | None = field(default=None, name="kebab-case")
    dotted_name: str | None = field(default=None, name="dotted.name")
    field_9to5: str | None = field(default=None, name="9to5")
    ref: str | None = field(default=None, name="$ref")
    hidden: str | None = field(default=None, name="_hidden")
    deep_copy_: str | None = None
    tls: bool | None = field(default=None, name="TLS")
    cluster_ips: list[str] | None = field(default=None, name="clusterIPs")
    none: OddNone | None = None
    type: Literal["", "None", "a b", "=~", "=", "on"] | None = None
    x_kubernetes_validations: XKubernetesValidations | None = field(
        default=None, name="x-kubernetes-validations"
    )
    one: One | None = None
    two: Two | None = None
    policies: list[Policy] | None = None
    data: list[DataItem] | None = None


# +genclient
class Odd(Object):
    spec: OddSpec = field(default_factory=OddSpec)


class OddList(ObjectList[Odd]):
    """A list of Odd."""
