# +genclient=yes
# +genclient:onlyVerbs=gett
# +genclient:nonNamespced
# +k8s:deepcopy-gen=maybe
# +optional
class Foo:
    pass
