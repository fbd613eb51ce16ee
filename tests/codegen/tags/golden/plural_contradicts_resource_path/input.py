# +genclient
# +kubebuilder:resource:path=foos
# +resourceName=bars
class Foo:
    pass
