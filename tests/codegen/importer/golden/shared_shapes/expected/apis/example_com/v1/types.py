from kube.runtime import Int, Object, ObjectList, Struct, field


# +structType=atomic
class SecretRef(Struct):
    # +kubebuilder:validation:MinLength=1
    name: str


# +structType=atomic
class Backup(Struct):
    """One backup."""

    # +kubebuilder:validation:MinLength=1
    name: str


# +structType=atomic
class Mirror(Struct):
    """One mirror."""

    # +kubebuilder:validation:MinLength=1
    name: str


class Child(Struct):
    depth: Int | None = None


class Plain(Struct):
    depth: Int | None = None
    child: Child | None = None


class AppSpec(Struct):
    secret_ref: SecretRef | None = None
    """Where the password is."""

    backups: list[Backup] | None = None

    mirrors: list[Mirror] | None = None

    plain: Plain | None = None


# +genclient
class App(Object):
    spec: AppSpec = field(default_factory=AppSpec)


class AppList(ObjectList[App]):
    """A list of App."""


class JobSpec(Struct):
    credentials: SecretRef | None = None
    """Where the password is."""


# +genclient
class Job(Object):
    spec: JobSpec = field(default_factory=JobSpec)


class JobList(ObjectList[Job]):
    """A list of Job."""
