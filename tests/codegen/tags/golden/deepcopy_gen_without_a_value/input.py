# +k8s:deepcopy-gen
class Foo:
    pass
