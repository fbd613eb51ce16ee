# +k8s:deepcopy-gen
class Foo(Object):
    pass
