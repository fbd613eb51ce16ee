from kube.runtime import Object


# +genclient:nonNamespaced
class Sample(Object):
    """Sample is a sample."""
