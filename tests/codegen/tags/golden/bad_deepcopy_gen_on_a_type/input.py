# +k8s:deepcopy-gen=package
class Foo:
    pass
