from kube.runtime import Object, Struct


class SampleSpec(Struct):
    size: str | None = None


# codegen: ignore[missing-status]
# +kubebuilder:subresource:status
# codegen: ignore[bad-path]
# +kubebuilder:printcolumn:name=Nowhere,type=string,JSONPath=.spec.nothing
# +kubebuilder:printcolumn:name=NotWaived,type=integer,JSONPath=.spec.size
class Sample(Object):
    """Documented, whatever waivers stand above."""

    spec: SampleSpec | None = None
