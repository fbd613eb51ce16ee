# +groupName=example.com
class Foo:
    pass
