from kube.runtime import Object, ObjectList


# +kubebuilder:resource:path=widgetz,shortName=wd;wg,categories=all,singular=widgett
# +codegen:listKind=Widgets
# +kubebuilder:unservedversion
# +kubebuilder:deprecatedversion:warning="old, old"
# +codegen:metadata={"type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}}
class Widget(Object):
    pass


class WidgetList(ObjectList[Widget]):
    """A list of Widget."""
