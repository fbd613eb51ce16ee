from kube.runtime import Object, Struct, field


class SampleSpec(Struct):
    """SampleSpec has names that are hard to put in order."""

    a: str
    upper_a: str = field(name="A")
    b: str
    upper_b: str = field(name="B")
    a1: str
    a2: str
    a10: str
    a100: str
    ab: str
    a_dash_b: str = field(name="a-b")
    a_score_b: str = field(name="a_b")
    a_dot_b: str = field(name="a.b")
    dollar: str = field(name="$ref")
    y: str
    yes: str
    null: str
    on: str
    number: str = field(name="123")
    single_pods_qps: str = field(name="singlePodsQPS")


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
