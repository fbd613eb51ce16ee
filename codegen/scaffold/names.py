"""What things of a scaffold are called, and where they are: the one source for every template.

`Names` are a project's, `ApiNames` those of one kind in one version. Templates read their
attributes, and the paths of targets are formatted with them.
"""

from __future__ import annotations

from codegen import naming
from codegen.scaffold.project import Project, Resource

# What the templates themselves use: as variables, and as classes beside a kind's.
_IN_USE = frozenset({"latest", "log", "logging", "manager", "mark", "request", "self"})
_TAKEN = frozenset({"Client", "Controller", "EmbeddedManager", "Manager", "ObjectMeta", "Request"})


class Names:
    """Of a project: its folders and packages."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.name = project.name
        self.package = project.package
        self.source = f"src/{project.package}"
        self.namespace = f"{project.name}-system"
        self.lease = f"{fnv32(project.package):08x}.{project.domain}"

    @property
    def apis(self) -> list[ApiNames]:
        """Of each resource, in order."""
        return [ApiNames(self.project, resource) for resource in self.project.resources]


class ApiNames(Names):
    """Of one resource: `kind` is `HTTPProxy`, `lower` httpproxy, `snake` http_proxy."""

    def __init__(self, project: Project, resource: Resource) -> None:
        super().__init__(project)
        self.resource = resource
        self.group = api_group(resource)
        self.short_group = resource.group or "core"
        self.version = resource.version
        self.kind = resource.kind
        self.lower = resource.kind.lower()
        self.snake = naming.snake_case(resource.kind)
        self.variable = f"{self.snake}_" if self.snake in _IN_USE else identifier(self.snake)
        """What templates call an object of the kind."""
        self.imported = f"{self.kind}Object" if self.kind in _TAKEN else self.kind
        """What the kind's class is called where it is imported."""
        self.plural = resource.plural or naming.plural(resource.kind).lower()
        self.api_version = f"{self.group}/{self.version}" if self.group else self.version
        group = identifier(self.short_group)
        within = f"{group}." if project.multigroup else ""
        self.group_module = group
        self.api_module = f"{self.package}.api.{within}{identifier(self.version)}"
        self.api_folder = self._folder(self.api_module)
        own = not (resource.is_core or resource.is_external)
        self.types_module = f"{self.api_module}.{self.snake}_types" if own else resource.path
        self.types_path = f"{self.api_folder}/{self.snake}_types.py"
        self.controllers_module = f"{self.package}.controllers{within and f'.{group}'}"
        self.controllers_folder = self._folder(self.controllers_module)
        self.controller_path = f"{self.controllers_folder}/{self.snake}_controller.py"
        self.tests_folder = f"tests/controllers{f'/{group}' if within else ''}"
        self.controller_module = f"{self.controllers_module}.{self.snake}_controller"
        self.controller_name = f"{self.short_group}-{self.lower}"
        self.reconciler = f"{self.kind}Reconciler"
        """The controller's class."""
        self.reconciler_alias = self.reconciler
        """What it is imported as: kinds of two groups may have the same name."""
        if project.multigroup:
            group_class = naming.identifier(naming.pascal_case(self.short_group))
            self.reconciler_alias = f"{group_class}{self.reconciler}"
        self.role_prefix = f"{self.short_group}_{self.lower}" if project.multigroup else self.lower
        self.sample = f"{self.short_group}_{self.version}_{self.lower}.yaml"
        self.crd = f"{self.group}_{self.plural}.yaml"

    @property
    def is_storage(self) -> bool:
        """Whether objects are stored in this version of the kind: the first that was created."""
        versions = (each for each in self.project.resources if each.has_api)
        of_kind = (each for each in versions if _kind_of(each) == _kind_of(self.resource))
        return next(of_kind, None) == self.resource

    @property
    def import_of_kind(self) -> str:
        """`Nginx`, or `Client as ClientObject` where the kind's name is in use."""
        return self.kind if self.imported == self.kind else f"{self.kind} as {self.imported}"

    @property
    def test_namespace(self) -> str:
        """Where tests create objects: where the manager works."""
        return self.namespace if self.project.namespaced else "default"

    @property
    def resource_marker(self) -> str:
        """The marker of what the kind's name alone does not tell: its scope and its plural."""
        plural = f"path={self.plural}" if self.resource.plural else ""
        scope = "" if self.is_namespaced else "scope=Cluster"
        values = ",".join(filter(None, (plural, scope)))
        return f"+kubebuilder:resource:{values}" if values else ""

    @property
    def is_namespaced(self) -> bool:
        return self.resource.namespaced

    @property
    def test_metadata(self) -> str:
        """The metadata of the object that the test creates."""
        namespace = f', namespace="{self.test_namespace}"' if self.is_namespaced else ""
        return f'ObjectMeta(name="test"{namespace})'

    @property
    def test_key(self) -> list[str]:
        """The arguments that read that object."""
        key = [self.imported, '"test"']
        return [*key, f'"{self.test_namespace}"'] if self.is_namespaced else key

    def _folder(self, module: str) -> str:
        return f"src/{module.replace('.', '/')}"


def _kind_of(resource: Resource) -> tuple[str, str, str]:
    return (resource.group, resource.domain, resource.kind)


def api_group(resource: Resource) -> str:
    """The API's group: `proxy.example.com`; `apps` of Kubernetes' own."""
    if resource.is_core and resource.group == "core":
        return ""
    return ".".join(filter(None, (resource.group, resource.domain)))


def identifier(name: str) -> str:
    """A group or version as a module: `cert_manager` of cert-manager, `class_` of class."""
    return naming.identifier(name.replace("-", "_").replace(".", "_"))


def fnv32(text: str) -> int:
    """The 32-bit FNV-1a hash, of which kubebuilder makes the names of leases."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
