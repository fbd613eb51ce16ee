"""A group that is a word of the language."""

from kube.runtime import Object, ObjectList


# +genclient
class Function(Object):
    pass


class FunctionList(ObjectList[Function]):
    pass


# +genclient
class Resources(Object):
    """Its module cannot be called resources."""


class ResourcesList(ObjectList[Resources]):
    pass
