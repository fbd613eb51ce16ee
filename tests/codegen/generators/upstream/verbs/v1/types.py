"""Kinds whose clients have this verb or that."""

from kube.runtime import Object, ObjectList, Struct, field


class Status(Struct):
    ready: bool = False


# +kubebuilder:object:root=false
class WithStatus(Object):
    status: Status = field(default_factory=Status)


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Everything(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class EverythingList(ObjectList[Everything]):
    pass


# +genclient
# +genclient:nonNamespaced
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ClusterWide(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ClusterWideList(ObjectList[ClusterWide]):
    pass


# +genclient
# +genclient:noStatus
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NoStatus(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NoStatusList(ObjectList[NoStatus]):
    pass


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Stateless(Object):
    pass


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class StatelessList(ObjectList[Stateless]):
    pass


# +genclient
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Inherited(WithStatus):
    pass


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class InheritedList(ObjectList[Inherited]):
    pass


# +genclient
# +genclient:readonly
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ReadOnly(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ReadOnlyList(ObjectList[ReadOnly]):
    pass


# +genclient
# +genclient:readonly
# +genclient:onlyVerbs=delete
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ReadOnlyAndDelete(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ReadOnlyAndDeleteList(ObjectList[ReadOnlyAndDelete]):
    pass


# +genclient
# +genclient:noVerbs
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NoVerbs(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class NoVerbsList(ObjectList[NoVerbs]):
    pass


# +genclient
# +genclient:onlyVerbs=create,get
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CreateAndGet(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class CreateAndGetList(ObjectList[CreateAndGet]):
    pass


# +genclient
# +genclient:onlyVerbs=updateStatus
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class StatusOnly(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class StatusOnlyList(ObjectList[StatusOnly]):
    pass


# +genclient
# +genclient:onlyVerbs=apply,applyStatus,get
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Applied(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class AppliedList(ObjectList[Applied]):
    pass


# +genclient
# +genclient:onlyVerbs=get,list,watch
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ListedAndWatched(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ListedAndWatchedList(ObjectList[ListedAndWatched]):
    pass


# +genclient
# +genclient:skipVerbs=watch
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Unwatched(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class UnwatchedList(ObjectList[Unwatched]):
    pass


# +genclient
# +genclient:skipVerbs=list,deleteCollection,watch
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Unlisted(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class UnlistedList(ObjectList[Unlisted]):
    pass


# +genclient
# +genclient:skipVerbs=create,update,updateStatus,patch,apply,applyStatus
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Frozen(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class FrozenList(ObjectList[Frozen]):
    pass


# +genclient
# +genclient:nonNamespaced
# +genclient:readonly
# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ClusterWideReader(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ClusterWideReaderList(ObjectList[ClusterWideReader]):
    pass


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Clientless(Object):
    status: Status = field(default_factory=Status)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class ClientlessList(ObjectList[Clientless]):
    pass
