# +kubebuilder:printcolumn:name=Age,name=Old,jsonPath=.x,type=date
class Foo:
    pass
