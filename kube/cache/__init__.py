"""Caches that follow the server: reflectors, informers with handlers, listers, the factory.

An informer lists a kind once, then watches it, and keeps doing so whatever happens in between. What
a lister returns is the cached object itself: read it, and `deep_copy()` it before a change.
"""

from kube.cache.errors import InformerFailedError, InformerStateError, UnknownResourceError
from kube.cache.factory import (
    GenericInformer,
    InformerFor,
    SharedInformerFactory,
)
from kube.cache.handlers import HandlerRegistration
from kube.cache.indexer import NAMESPACE_INDEX, Indexer, IndexFunction
from kube.cache.intake import Store
from kube.cache.lister import Lister, NamespacedLister, NamespaceLister
from kube.cache.listwatch import ListerWatcher, ListPage
from kube.cache.mutation import CacheMutationError
from kube.cache.options import InformerOptions
from kube.cache.reflector import Reflector
from kube.cache.shared_informer import SharedInformer
from kube.cache.thread import InformerThread
from kube.cache.transform import Transform, strip_managed_fields
from kube.runtime.keys import ObjectName, make_key, object_key, split_key

__all__ = [
    "NAMESPACE_INDEX",
    "CacheMutationError",
    "GenericInformer",
    "HandlerRegistration",
    "IndexFunction",
    "Indexer",
    "InformerFailedError",
    "InformerFor",
    "InformerOptions",
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
