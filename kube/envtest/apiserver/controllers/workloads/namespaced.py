"""What each namespace has in a cluster: the ServiceAccount `default`, the certificate to trust."""

from __future__ import annotations

from typing import ClassVar

from kube.envtest.apiserver.controllers.workloads.certificate import CERTIFICATE
from kube.envtest.apiserver.controllers.workloads.worker import Storage, Worker
from kube.envtest.apiserver.kinds import NAMESPACES
from kube.envtest.apiserver.storage.store import Change, Key, Stored
from kube.runtime.trees import Tree

_DESCRIPTION = "kubernetes.io/description"
_PURPOSE = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal "
    "endpoints such as the internal service IP or kubernetes.default.svc. No other usage is "
    "guaranteed across distributions of Kubernetes clusters."
)


class _NamespacedController(Worker):
    """Keeps one object in each namespace that is active."""

    watches = NAMESPACES
    kind = "Namespace"
    keeps: ClassVar[Storage]
    object_name: ClassVar[str]

    def observe(self, storage: Storage, change: Change) -> None:
        super().observe(storage, change)
        namespace, name = change.current.key
        if storage == self.keeps and name == self.object_name:
            self.due["", namespace] = None

    def reconcile(self, stored: Stored) -> None:
        namespace = stored.key[1]
        if "deletionTimestamp" in stored.tree["metadata"]:
            return
        key: Key = (namespace, self.object_name)
        existing = self.state.store.collection(self.keeps).objects.get(key)
        if existing is None:
            self.create(self.keeps, namespace, self.wanted({}))
        else:
            self.update(self.keeps, existing, self.wanted(existing.tree))

    def wanted(self, tree: Tree) -> Tree:
        """The object as it has to be; `tree` is what exists, empty for a new one."""
        raise NotImplementedError


class ServiceAccountController(_NamespacedController):
    name = "serviceaccount-controller"
    keeps = ("", "serviceaccounts")
    object_name = "default"

    def wanted(self, tree: Tree) -> Tree:
        return tree or {"metadata": {"name": self.object_name}}


class RootCACertificatePublisher(_NamespacedController):
    name = "root-ca-certificate-publisher-controller"
    keeps = ("", "configmaps")
    object_name = "kube-root-ca.crt"

    def wanted(self, tree: Tree) -> Tree:
        metadata: Tree = tree.get("metadata") or {"name": self.object_name}
        annotations = metadata.get("annotations") or {}
        if not annotations.get(_DESCRIPTION):
            metadata = {**metadata, "annotations": {**annotations, _DESCRIPTION: _PURPOSE}}
        return {**tree, "metadata": metadata, "data": {"ca.crt": CERTIFICATE}}
