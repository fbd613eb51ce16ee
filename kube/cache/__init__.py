"""Caches that follow the server: reflectors, informers with handlers, listers, the factory.

An informer lists a kind once, then watches it, and keeps doing so whatever happens in between. What
a lister returns is the cached object itself: read it, and `deep_copy()` it before a change.
"""

from kube.cache.factory import (
    GenericInformer,
    InformerFor,
    SharedInformerFactory,
    UnknownResourceError,
)
from kube.cache.handlers import HandlerRegistration
from kube.cache.indexer import NAMESPACE_INDEX, Indexer, IndexFunction
from kube.cache.intake import Store
from kube.cache.keys import ObjectName, make_key, object_key, split_key
from kube.cache.lister import Lister, NamespacedLister, NamespaceLister
from kube.cache.listwatch import ListerWatcher, ListPage
from kube.cache.mutation import CacheMutationError
from kube.cache.reflector import Reflector
from kube.cache.shared_informer import (
    InformerStateError,
    SharedInformer,
    Transform,
    strip_managed_fields,
)
from kube.cache.thread import InformerThread

__all__ = [
    "NAMESPACE_INDEX",
    "CacheMutationError",
    "GenericInformer",
    "HandlerRegistration",
    "IndexFunction",
    "Indexer",
    "InformerFor",
    "InformerStateError",
    "InformerThread",
    "ListPage",
    "Lister",
    "ListerWatcher",
    "NamespaceLister",
    "NamespacedLister",
    "ObjectName",
    "Reflector",
    "SharedInformer",
    "SharedInformerFactory",
    "Store",
    "Transform",
    "UnknownResourceError",
    "make_key",
    "object_key",
    "split_key",
    "strip_managed_fields",
]
