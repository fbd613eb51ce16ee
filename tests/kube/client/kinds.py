"""A namespaced kind, and its clients as the generator writes them."""

from __future__ import annotations

from kube.applyconfiguration.meta.v1 import ObjectMetaApplyConfiguration
from kube.client import (
    Applies,
    AppliesStatus,
    AsyncApplies,
    AsyncAppliesStatus,
    AsyncCreates,
    AsyncDeletes,
    AsyncDeletesCollection,
    AsyncGets,
    AsyncLists,
    AsyncPatches,
    AsyncUpdates,
    AsyncUpdatesStatus,
    AsyncWatches,
    Creates,
    Deletes,
    DeletesCollection,
    Gets,
    Lists,
    Patches,
    Updates,
    UpdatesStatus,
    Watches,
)
from kube.envtest import Server
from kube.runtime import Object, ObjectList, Resource, Struct, field, register_resources
from kube.runtime.applyconfiguration import ApplyConfiguration, Configuration


class WidgetSpec(Struct):
    size: int = 0
    color: str = ""


class WidgetStatus(Struct):
    ready: bool = False


class Widget(Object):
    spec: WidgetSpec
    status: WidgetStatus = field(default_factory=WidgetStatus)


class WidgetList(ObjectList[Widget]):
    pass


class WidgetSpecApplyConfiguration(Configuration):
    size: int | None = None
    color: str | None = None


class WidgetStatusApplyConfiguration(Configuration):
    ready: bool | None = None


class WidgetApplyConfiguration(ApplyConfiguration["Widget"]):
    api_version: str | None = None
    kind: str | None = None
    metadata: ObjectMetaApplyConfiguration | None = None
    spec: WidgetSpecApplyConfiguration | None = None
    status: WidgetStatusApplyConfiguration | None = None


WIDGETS = Resource(
    group="example.com",
    version="v1",
    kind="Widget",
    plural="widgets",
    singular="widget",
    namespaced=True,
    type=Widget,
    list_type=WidgetList,
    has_status=True,
)
register_resources(WIDGETS)


class AsyncWidgets(
    AsyncCreates[Widget],
    AsyncUpdates[Widget],
    AsyncUpdatesStatus[Widget],
    AsyncDeletes[Widget],
    AsyncDeletesCollection[Widget],
    AsyncGets[Widget],
    AsyncLists[Widget, WidgetList],
    AsyncWatches[Widget],
    AsyncPatches[Widget],
    AsyncApplies[Widget, WidgetApplyConfiguration],
    AsyncAppliesStatus[Widget, WidgetApplyConfiguration],
):
    resource = WIDGETS


class Widgets(
    Creates[Widget],
    Updates[Widget],
    UpdatesStatus[Widget],
    Deletes[Widget],
    DeletesCollection[Widget],
    Gets[Widget],
    Lists[Widget, WidgetList],
    Watches[Widget],
    Patches[Widget],
    Applies[Widget, WidgetApplyConfiguration],
    AppliesStatus[Widget, WidgetApplyConfiguration],
):
    resource = WIDGETS


def widget(name: str, *, size: int = 1, **metadata: object) -> Widget:
    made = Widget(spec=WidgetSpec(size=size))
    made.metadata.name = name
    for key, value in metadata.items():
        setattr(made.metadata, key, value)
    return made


def wanted(name: str, *, size: int = 1, **metadata: object) -> WidgetApplyConfiguration:
    """What a field manager wants of a widget."""
    return WidgetApplyConfiguration(
        metadata=ObjectMetaApplyConfiguration(name=name, **metadata),
        spec=WidgetSpecApplyConfiguration(size=size),
    )


def wanted_status(name: str, *, ready: bool, **metadata: object) -> WidgetApplyConfiguration:
    """What a field manager wants of a widget's status."""
    return WidgetApplyConfiguration(
        metadata=ObjectMetaApplyConfiguration(name=name, **metadata),
        status=WidgetStatusApplyConfiguration(ready=ready),
    )


WIDGETS_CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"kind": "Widget", "plural": "widgets", "shortNames": ["wi"]},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {
                    "status": {},
                    "scale": {
                        "specReplicasPath": ".spec.size",
                        "statusReplicasPath": ".status.size",
                    },
                },
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "x-kubernetes-preserve-unknown-fields": True,
                    }
                },
            }
        ],
    },
}


def widget_server() -> Server:
    """An embedded server that serves widgets."""
    server = Server()
    server.load([WIDGETS_CRD])
    return server
