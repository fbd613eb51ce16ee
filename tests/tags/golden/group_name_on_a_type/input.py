# +groupName=example.com
class Foo(Object):
    pass
