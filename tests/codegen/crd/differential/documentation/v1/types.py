from kube.runtime import Object, Struct


class Documented(Struct):
    """Documented has documentation."""

    undocumented: str


class SampleSpec(Struct):
    """SampleSpec is documented in
    several lines: with a colon, 'quotes' and "more", # and an end

    and a second paragraph.
    """

    without: Documented
    """"""
    own: Documented
    """With words of its own."""
    # TODO: say something.
    todo: Documented
    # Said.
    # TODO(somebody): say more.
    # And more.
    between: str
    # Above.
    # ---
    # Below the line nothing is said.
    line: str
    things: str
    """A list of things:
      - one
      - two
    """
    # Größe, 大きさ, naïve — in other tongues.
    unicode: str
    # true
    true: str
    # A very long line of documentation that has to be folded by whoever writes YAML with lines of eighty characters, and goes on for quite some time.
    long: str
    # A field with
    # +kubebuilder:validation:MaxLength=5
    # a marker in the middle.
    middle: str
    # +kubebuilder:title="A title"
    # +kubebuilder:example="An example"
    # +kubebuilder:externalDocs:url="https://example.com/docs",description="More of it"
    titled: str
    # +kubebuilder:example={a: 1, b: {2, 3}}
    example: dict[str, str]
    # +kubebuilder:externalDocs:url="https://example.com/docs"
    documented: Documented


# +kubebuilder:title="The sample"
# +kubebuilder:externalDocs:url="https://example.com/samples"
class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
