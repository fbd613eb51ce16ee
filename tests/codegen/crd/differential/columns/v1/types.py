from kube.runtime import Int32, Object, Struct, field


class SampleStatus(Struct):
    """SampleStatus is a status."""

    phase: str = ""
    ready: bool = False
    count: Int32 = 0
    names: list[str] | None = None


# +kubebuilder:printcolumn:name="Phase",type=string,JSONPath=`.status.phase`,description="The phase."
# +kubebuilder:printcolumn:name="Ready",type=boolean,JSONPath=".status.ready",priority=1
# +kubebuilder:printcolumn:name=Count,type=integer,JSONPath=.status.count,format=int32
# +kubebuilder:printcolumn:name="First",type=string,JSONPath=`.status.names[0]`
# +kubebuilder:printcolumn:name="Age",type=date,JSONPath=".metadata.creationTimestamp"
# +kubebuilder:resource:shortName=sm;smp,categories=all;samples,singular=smpl
# +kubebuilder:metadata:annotations="example.com/owner=team a";"note=x=y",labels="tier=backend"
# +kubebuilder:metadata:labels="app=sample"
class Sample(Object):
    """Sample is a sample."""

    status: SampleStatus = field(default_factory=SampleStatus)


# +kubebuilder:printcolumn:name="Age",type=date,JSONPath=".metadata.creationTimestamp"
# +kubebuilder:resource:path=secondaries,scope=Cluster
class Second(Object):
    """Second has one column and nothing else."""
