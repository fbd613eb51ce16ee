"""Tags of our own: what a CRD may say and no tag of upstream's can.

`codegen import` writes them, so that the CRD that comes of the imported package is the one that was
imported.
"""

from __future__ import annotations

from codegen.tags.declaration import JSON, TYPE, WORD, DeclaredTag, Place, argument


class Junctor(DeclaredTag):
    """Value validations of a schema that are combined."""

    value: object = argument(JSON)


class OneOf(Junctor, name="codegen:validation:OneOf", on=(Place.FIELD, *TYPE), reader="crd"):
    """Exactly one of these schemas admits the value: a JSON list, `oneOf` in the schema."""


class AnyOf(Junctor, name="codegen:validation:AnyOf", on=(Place.FIELD, *TYPE), reader="crd"):
    """At least one of these schemas admits the value: a JSON list, `anyOf` in the schema."""


class AllOf(Junctor, name="codegen:validation:AllOf", on=(Place.FIELD, *TYPE), reader="crd"):
    """All of these schemas admit the value: a JSON list, `allOf` in the schema."""


class Not(Junctor, name="codegen:validation:Not", on=(Place.FIELD, *TYPE), reader="crd"):
    """This schema does not admit the value: a JSON object, `not` in the schema."""


class Description(DeclaredTag, name="codegen:description", on=(Place.FIELD, *TYPE), reader="crd"):
    """The description in the schema to the letter, as a JSON string, whatever the docstring is."""

    value: object = argument(JSON)


class Keywords(DeclaredTag, name="codegen:schema", on=(Place.FIELD, *TYPE), reader="crd"):
    """Keywords of the schema that no other tag can say, as a JSON object, which replace those that
    are there and are not checked."""

    value: object = argument(JSON)


class Conversion(DeclaredTag, name="codegen:conversion", on=Place.CLASS, reader="crd"):
    """How the server converts between the versions of the kind: `spec.conversion` as JSON."""

    value: object = argument(JSON)


class Metadata(DeclaredTag, name="codegen:metadata", on=Place.CLASS, reader="crd"):
    """The schema of the kind's own metadata, as a JSON object: the server takes only validations of
    `name` and `generateName` there."""

    value: object = argument(JSON)


class ListKind(DeclaredTag, name="codegen:listKind", on=Place.CLASS, reader="crd"):
    """The kind of lists in the CRD, where it is not the kind's name with `List`."""

    value: str = argument(WORD)
