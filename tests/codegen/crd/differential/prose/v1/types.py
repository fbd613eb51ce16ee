from kube.runtime import Object, Struct


class SampleSpec(Struct):
    """SampleSpec has words of all sorts."""

    # Fenced:
    #
    # ```yaml
    # ---
    # TODO: in code
    #   indented: true
    # ```
    #
    # After it.
    # ----
    # Hidden.
    fence: str

    waves: str
    """Waves:
    ~~~
    --- in code
    ~~~
    TODO: gone
     TODO: after a blank, it stays
     --- so does this
    """

    # One.
    #
    #
    #
    # Two.
    #
    # TODO: gone
    #
    # Three.
    blanks: str

    ended: str
    """Before a line.

    ---
    After.
    """

    #   - a list that begins indented
    #   - and goes on
    indented: str

    # pyright: ignore
    # type: the type of the thing,
    #   fmt: and how it is formatted
    # region is a word as well
    # TODOs are not wanted
    words: str
    # A trailing blank line is nothing.
    #
    trailing: str
    # --- from the first line on
    # nothing
    nothing: str


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
