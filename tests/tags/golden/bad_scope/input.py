# +kubebuilder:resource:scope=cluster
class Foo(Object):
    pass
