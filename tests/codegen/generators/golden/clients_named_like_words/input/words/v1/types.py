"""Kinds that are words of the language, or of the runtime."""

from kube.runtime import Object as BaseObject
from kube.runtime import ObjectList


# +genclient
class Class(BaseObject):
    size: int = 0


class ClassItems(ObjectList[Class]):
    pass


# +genclient
class Import(BaseObject):
    size: int = 0


class ImportItems(ObjectList[Import]):
    pass


# +genclient
class Resource(BaseObject):
    size: int = 0


class ResourceItems(ObjectList[Resource]):
    pass


# +genclient
class Lister(BaseObject):
    size: int = 0


class ListerItems(ObjectList[Lister]):
    pass


# +genclient
class NamespacedLister(BaseObject):
    size: int = 0


class NamespacedListerItems(ObjectList[NamespacedLister]):
    pass


# +genclient
class AsyncClass(BaseObject):
    size: int = 0


class AsyncClassItems(ObjectList[AsyncClass]):
    pass


# +genclient
class List(BaseObject):
    size: int = 0


class ListItems(ObjectList[List]):
    pass


# +genclient
# +genclient:nonNamespaced
class SharedInformerFactory(BaseObject):
    size: int = 0


class SharedInformerFactoryItems(ObjectList[SharedInformerFactory]):
    pass


# +genclient
class Object(BaseObject):
    size: int = 0


class ObjectItems(ObjectList[Object]):
    pass


# +genclient
class Property(BaseObject):
    size: int = 0


class PropertyItems(ObjectList[Property]):
    pass


# +genclient
class Attribute(BaseObject):
    size: int = 0


class AttributeItems(ObjectList[Attribute]):
    pass


# +genclient
class Rest(BaseObject):
    size: int = 0


class RestItems(ObjectList[Rest]):
    pass
