from kube.runtime import Object, Struct


class FileSource(Struct):
    """FileSource is a file."""

    path: str


# +kubebuilder:validation:AtLeastOneOf=file;url
# +kubebuilder:validation:AtMostOneOf=user;token
# +kubebuilder:validation:ExactlyOneOf=file;url;inline
# +kubebuilder:validation:XValidation:rule="size(self.kind) > 0"
class Source(Struct):
    """Source is a union, as Go writes one."""

    # +kubebuilder:validation:MinLength=1
    kind: str
    file: FileSource | None = None
    url: str | None = None
    inline: str | None = None
    user: str | None = None
    token: str | None = None


# +kubebuilder:validation:AtMostOneOf=a;b
# +kubebuilder:validation:AtMostOneOf=c;d
class SampleSpec(Struct):
    """SampleSpec has unions."""

    source: Source
    a: str = ""
    b: str = ""
    c: str = ""
    d: str = ""


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
