from kube.runtime import Object, ObjectList


# +genclient
# +kubebuilder:metadata:annotations="at=2024-01-01"
class Tiny(Object):
    pass


class TinyList(ObjectList[Tiny]):
    """A list of Tiny."""
