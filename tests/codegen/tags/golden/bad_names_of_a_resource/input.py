# +kubebuilder:resource:path="",singular=My_foo,shortName={f,F-},categories={"all kinds"}
class Foo:
    pass
