# +genclint
# +GenClient
# +resourcename=foos
# +optionl
class Foo(Object):
    pass
