# +genclient
# +genclient:nonNamespaced
# +kubebuilder:resource:path=foos,scope=Namespaced
class Foo:
    pass
