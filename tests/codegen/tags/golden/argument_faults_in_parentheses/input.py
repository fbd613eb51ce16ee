class Foo:
    # +k8s:unionMember(a, b)
    # +k8s:unionMember(union: a, b)
    # +k8s:unionMember(onion: a)
    # +k8s:ifEnabled("x=+k8s:optional
    # +k8s:ifEnabled(1)=+k8s:optional
    # +k8s:unionMember(union: a
    bar: str
