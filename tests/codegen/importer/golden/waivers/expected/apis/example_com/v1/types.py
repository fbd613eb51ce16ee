from kube.runtime import Object, ObjectList, Struct, field


class BareSpec(Struct):
    size: str | None = None


# +genclient
# codegen: ignore[missing-status]
# +kubebuilder:subresource:status
# codegen: ignore[bad-path]
# +kubebuilder:printcolumn:name=Nowhere,type=string,JSONPath=.spec.nothing
# codegen: ignore[bad-column]
# +kubebuilder:printcolumn:name=Size,type=integer,JSONPath=.spec.size
class Bare(Object):
    spec: BareSpec = field(default_factory=BareSpec)


class BareList(ObjectList[Bare]):
    """A list of Bare."""
