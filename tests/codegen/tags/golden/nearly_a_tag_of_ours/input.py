# +genclint
# +GenClient
# +resourcename=foos
# +optionl
class Foo:
    pass
