# +k8s:deepcopy-gen=package
class Foo(Object):
    pass
