"""Kinds whose clients have this verb or that."""

from kube.runtime import Object, ObjectList, Struct, field


class Status(Struct):
    ready: bool = False


class WithStatus(Object):
    status: Status = field(default_factory=Status)


# +genclient
class Everything(Object):
    status: Status = field(default_factory=Status)


class EverythingList(ObjectList[Everything]):
    pass


# +genclient
# +genclient:readonly
class ReadOnly(Object):
    status: Status = field(default_factory=Status)


class ReadOnlyList(ObjectList[ReadOnly]):
    pass


# +genclient
# +genclient:readonly
# +genclient:onlyVerbs=delete
class ReadOnlyAndDelete(Object):
    status: Status = field(default_factory=Status)


class ReadOnlyAndDeleteList(ObjectList[ReadOnlyAndDelete]):
    pass


# +genclient
# +genclient:onlyVerbs=create,get
class CreateAndGet(Object):
    status: Status = field(default_factory=Status)


class CreateAndGetList(ObjectList[CreateAndGet]):
    pass


# +genclient
# +genclient:skipVerbs=watch,patch,deleteCollection
class Skipping(Object):
    status: Status = field(default_factory=Status)


class SkippingList(ObjectList[Skipping]):
    pass


# +genclient
# +genclient:noVerbs
class NoVerbs(Object):
    status: Status = field(default_factory=Status)


class NoVerbsList(ObjectList[NoVerbs]):
    pass


# +genclient
# +genclient:noStatus
# +genclient:nonNamespaced
class NoStatus(Object):
    status: Status = field(default_factory=Status)


class NoStatusList(ObjectList[NoStatus]):
    pass


# +genclient
# +genclient:onlyVerbs=updateStatus
class StatusOnly(Object):
    status: Status = field(default_factory=Status)


class StatusOnlyList(ObjectList[StatusOnly]):
    pass


# +genclient
class Stateless(Object):
    size: int = 0


class StatelessList(ObjectList[Stateless]):
    pass


# +genclient
class Inherited(WithStatus):
    """Its status is its parent's, so its client knows none."""


class InheritedList(ObjectList[Inherited]):
    pass


# +genclient
# +genclient:onlyVerbs=create,delete
class Unlistable(Object):
    """Nobody lists it, so it needs no list type."""
