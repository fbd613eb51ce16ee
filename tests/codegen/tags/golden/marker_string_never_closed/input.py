# +kubebuilder:printcolumn:name="Age,type=date,JSONPath=.x
# +kubebuilder:printcolumn:name="A",type=date,JSONPath={a
class Foo:
    pass
