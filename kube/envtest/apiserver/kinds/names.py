"""Collections and names that requests and controllers know."""

NAMESPACES = ("", "namespaces")
"""The collection that namespaces are stored in."""

SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")

DEFINITIONS = ("apiextensions.k8s.io", "customresourcedefinitions")
"""The collection that CustomResourceDefinitions are stored in."""

CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
