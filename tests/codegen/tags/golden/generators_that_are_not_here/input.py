# +k8s:defaulter-gen=TypeMeta
# +k8s:conversion-gen=false
# +k8s:applyconfiguration-gen=true
# +groupName=example.com
"""v1."""


# +k8s:defaulter-gen=false
# +k8s:prerelease-lifecycle-gen:introduced=1.2
class Cluster(Object):
    # +default="x"
    name: str = "x"
