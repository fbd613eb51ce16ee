"""An import that is merged into what its user made of the last one."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

from codegen.edit.merge import merge
from codegen.edit.settled import settled
from codegen.source import conflicts

PATH = "apis/example_com/v1/types.py"
HEAD = """\
from typing import Literal

from kube.runtime import Int32, Object, ObjectList, Struct, field


"""
BASE = f"""{HEAD}# +structType=atomic
class Target(Struct):
    \"\"\"Where a copy goes.\"\"\"

    # +kubebuilder:validation:Format=uri
    bucket_url: str = field(name="bucketURL")


class BackupSpec(Struct):
    # +kubebuilder:validation:MinLength=1
    volume_name: str
    \"\"\"The volume to save.\"\"\"

    # +default=7
    keep: Int32 | None = None

    phase: Literal["Running", "Done"] | None = None

    targets: list[Target] | None = None


# +kubebuilder:resource:shortName=bk
class Backup(Object):
    \"\"\"A backup.\"\"\"

    spec: BackupSpec


class BackupList(ObjectList[Backup]):
    \"\"\"A list of Backup.\"\"\"
"""


def remerged(user: str, new: str, base: str = BASE) -> str:
    """The user's module after an import of `new`, which a second one leaves as it is."""
    pristine = settled({PATH: base}, {PATH: new}, lambda key: True)
    once = {PATH: user, **merge({PATH: base}, pristine, {PATH: user})}
    again = settled(pristine, {PATH: new}, lambda key: True)
    assert again == pristine
    assert merge(pristine, again, once) == {}
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--line-length", "100", "-"],
        input=once[PATH], capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert formatted == once[PATH]
    return once[PATH]


def without_conflicts(text: str) -> str:
    assert [*conflicts.read(PATH, text.split("\n"))] == []
    return text


def marked(text: str) -> list[str]:
    return [message for _, message in conflicts.read(PATH, text.split("\n"))]


def test_a_module_that_nobody_edited_becomes_the_new_import() -> None:
    new = BASE.replace("keep: Int32", "keep: int").replace("Int32, ", "")
    assert remerged(BASE, new) == new


def test_what_the_import_did_not_change_is_left_as_the_user_has_it() -> None:
    user = (
        BASE.replace("class BackupSpec", "# mine\nclass BackupSpec")
        + "\n\ndef more() -> None: ...\n"
    )
    new = BASE.replace("# +default=7", "# +default=8")
    assert remerged(user, new) == user.replace("# +default=7", "# +default=8")


def test_a_renamed_class_and_a_renamed_field_are_known_by_their_use_and_their_json_name() -> None:
    user = BASE.replace("Target", "Bucket").replace(
        'bucket_url: str = field(name="bucketURL")', 'url: str = field(name="bucketURL")'
    )
    new = BASE.replace(
        'bucket_url: str = field(name="bucketURL")',
        'bucket_url: str | None = field(default=None, name="bucketURL")',
    ).replace("Where a copy goes.", "Where it goes.")
    text = without_conflicts(remerged(user, new))
    assert 'url: str | None = field(default=None, name="bucketURL")' in text
    assert '"""Where it goes."""' in text
    assert "Target" not in text


def test_methods_and_comments_stay_beside_what_changes() -> None:
    method = (
        dedent("""
        def is_long(self) -> bool:
            return self.keep > 30  # days
    """)
        .replace("\n", "\n    ")
        .rstrip(" ")
    )
    user = BASE.replace(
        "    targets: list[Target] | None = None\n",
        f"    targets: list[Target] | None = None  # at most three\n{method}",
    )
    new = BASE.replace("keep: Int32 | None = None", "keep: Int32 | None = None\n\n    size: str")
    new = new.replace("list[Target] | None = None", "list[Target]")
    text = without_conflicts(remerged(user, new))
    assert "targets: list[Target]  # at most three" in text
    assert method in text
    assert "    keep: Int32 | None = None\n\n    size: str\n\n    phase" in text


ENUM = """\
class Phase(StrEnum):
    RUNNING = "Running"
    DONE = "Done"


"""
WITH_ENUM = "from enum import StrEnum\n" + BASE.replace("from typing import Literal\n", "").replace(
    "class BackupSpec", f"{ENUM}class BackupSpec"
).replace('Literal["Running", "Done"]', "Phase")


def test_an_enum_made_of_a_literal_gets_the_values_of_the_import() -> None:
    new = BASE.replace('Literal["Running", "Done"]', 'Literal["Queued", "Running", "Failed now"]')
    text = without_conflicts(remerged(WITH_ENUM, new))
    assert (
        "class Phase(StrEnum):\n"
        '    QUEUED = "Queued"\n    RUNNING = "Running"\n    FAILED_NOW = "Failed now"\n'
    ) in text
    assert "phase: Phase | None = None" in text
    assert "Literal" not in text


def test_what_both_changed_stays_the_users_under_a_comment_with_the_imports() -> None:
    user = BASE.replace("# +default=7", "# +default=9")
    text = remerged(user, BASE.replace("# +default=7", "# +default=8"))
    assert marked(text) == ["keep of BackupSpec was changed here and by the import, which has:"]
    assert (
        "    # | # +default=8\n    # | keep: Int32 | None = None\n    # +default=9\n    keep:"
        in text
    )


@pytest.mark.parametrize("kept", ["", "# mine\n    "])
def test_a_field_that_the_import_removed_goes_unless_it_was_edited(kept: str) -> None:
    user = BASE.replace("phase: Lit", f"{kept}phase: Lit")
    new = BASE.replace('    phase: Literal["Running", "Done"] | None = None\n', "").replace(
        "from typing import Literal\n\n", ""
    )
    text = remerged(user, new)
    assert marked(text) == (
        ["phase of BackupSpec was changed here and removed by the import"] if kept else []
    )
    assert ("phase" in text) == bool(kept)
    assert ("import Literal" in text) == bool(kept)


def test_a_field_that_the_user_deleted_stays_deleted() -> None:
    user = BASE.replace("\n    targets: list[Target] | None = None\n", "")
    new = BASE.replace("# +default=7", "# +default=8")
    assert "targets" not in without_conflicts(remerged(user, new))


def test_a_field_that_the_user_deleted_and_the_import_changed_is_a_conflict() -> None:
    user = BASE.replace("\n    targets: list[Target] | None = None\n", "")
    new = BASE.replace("list[Target] | None = None", "list[Target]")
    text = remerged(user, new)
    assert marked(text) == ["targets of BackupSpec was deleted here and changed by the import, to:"]
    assert "# | targets: list[Target]\n" in text


def test_a_new_class_stands_above_what_uses_it_and_brings_its_imports() -> None:
    quota = "class Quota(Struct):\n    size: Quantity | None = None\n\n\n"
    new = (
        BASE.replace("class BackupSpec", f"{quota}class BackupSpec")
        .replace("    targets", "    quota: Quota | None = None\n    targets")
        .replace("ObjectList, Struct", "ObjectList, Quantity, Struct")
    )
    user = BASE.replace("class BackupSpec", "class Mine:\n    x = 1\n\n\nclass BackupSpec")
    text = without_conflicts(remerged(user, new))
    assert text.index("class Quota") < text.index("class BackupSpec")
    assert "import Int32, Object, ObjectList, Quantity, Struct, field" in text


def test_a_new_class_is_called_otherwise_where_the_user_has_one_of_its_name() -> None:
    quota = "class Quota(Struct):\n    size: str | None = None\n\n\n"
    new = BASE.replace("class BackupSpec", f"{quota}class BackupSpec").replace(
        "    targets", "    quota: Quota | None = None\n    targets"
    )
    user = BASE + "\n\nclass Quota:\n    pass\n"
    text = without_conflicts(remerged(user, new))
    assert "class Quota2(Struct):" in text
    assert "quota: Quota2 | None = None" in text


def test_a_class_that_the_import_named_otherwise_keeps_its_name() -> None:
    user = BASE.replace("class Target(Struct):", "class Target(Struct):  # mine")
    new = BASE.replace("Target", "BackupTarget").replace("goes.", "went.")
    text = without_conflicts(remerged(user, new))
    assert "class Target(Struct):  # mine" in text
    assert "BackupTarget" not in text
    assert '"""Where a copy went."""' in text


def test_a_class_that_the_import_has_no_longer_goes_unless_it_is_used() -> None:
    new = BASE.replace("\n    targets: list[Target] | None = None\n", "")
    new = new[: new.index("# +structType")] + new[new.index("class BackupSpec") :]
    new = new.replace("Struct, field", "Struct")
    assert remerged(BASE, new) == new
    user = BASE + "\n\nclass Mine(Target):\n    pass\n"
    assert marked(remerged(user, new)) == ["Target is used here, and was removed by the import"]


def test_tags_are_merged_one_by_one() -> None:
    user = BASE.replace("# +kubebuilder:resource", "# +genclient:noVerbs\n# +kubebuilder:resource")
    column = '# +kubebuilder:printcolumn:name="Phase",type=string,JSONPath=`.spec.phase`\n'
    new = BASE.replace("shortName=bk", "shortName=bk;bkp").replace(
        "class Backup(", f"{column}class Backup("
    )
    text = without_conflicts(remerged(user, new))
    assert (
        f"# +genclient:noVerbs\n# +kubebuilder:resource:shortName=bk;bkp\n{column}class Backup("
    ) in text


def test_classes_that_were_moved_into_another_module_are_found_there() -> None:
    start, end = BASE.index("# +structType"), BASE.index("class BackupSpec")
    other = "from kube.runtime import Struct, field\n\n\n" + BASE[start:end].rstrip() + "\n"
    user = BASE[:start] + BASE[end:]
    user = user.replace("Struct, field\n", "Struct\n\nfrom .targets import Target\n")
    new = BASE.replace("Where a copy goes.", "Where it goes.").replace(
        "# +default=7", "# +default=8"
    )
    pristine = settled({PATH: BASE}, {PATH: new}, lambda key: True)
    path = "apis/example_com/v1/targets.py"
    texts = merge({PATH: BASE}, pristine, {PATH: user, path: other})
    assert texts == {
        PATH: user.replace("# +default=7", "# +default=8"),
        path: other.replace("Where a copy goes.", "Where it goes."),
    }


ENUM_IN_IMPORT = "from enum import StrEnum\n\n" + BASE.replace(
    "from typing import Literal\n\n", ""
).replace("class BackupSpec", f"{ENUM}class BackupSpec").replace(
    'Literal["Running", "Done"]', "Phase"
)


def test_a_literal_that_the_import_makes_an_enum_stays_a_literal_until_it_changes() -> None:
    user = BASE.replace("class BackupSpec", "# mine\nclass BackupSpec")
    text = without_conflicts(remerged(user, ENUM_IN_IMPORT))
    assert 'phase: Literal["Running", "Done"]' in text
    more = ENUM_IN_IMPORT.replace('"Done"\n', '"Done"\n    FAILED = "Failed"\n')
    pristine = settled({PATH: BASE}, {PATH: ENUM_IN_IMPORT}, lambda key: True)
    text = without_conflicts(remerged(text, more, pristine[PATH]))
    assert "phase: Phase | None" in text
    assert 'FAILED = "Failed"' in text


def test_an_enum_of_the_import_gets_its_new_values_under_names_that_are_free() -> None:
    user = ENUM_IN_IMPORT.replace("class Phase", "class State").replace("Phase |", "State |")
    user = user.replace('DONE = "Done"', 'FINISHED = "Done"\n    FAILED = "Mine"')
    new = ENUM_IN_IMPORT.replace('RUNNING = "Running"', 'QUEUED = "Queued"')
    new = new.replace('"Done"\n', '"Done"\n    FAILED = "Failed"\n')
    text = without_conflicts(remerged(user, new, ENUM_IN_IMPORT))
    assert "class State(StrEnum):" in text
    assert 'QUEUED = "Queued"\n    FINISHED = "Done"\n    FAILED_2 = "Failed"' in text
    assert 'FAILED = "Mine"' in text
    assert "RUNNING" not in text


def test_a_class_that_the_import_makes_a_subclass_keeps_its_fields() -> None:
    two = BASE.replace(
        "class BackupSpec",
        "class Source(Struct):\n    name: str\n    path: str | None = None\n\n\nclass BackupSpec",
    ).replace("    targets", "    source: Source\n    targets")
    new = two.replace(
        "class Source(Struct):\n    name: str\n    path: str | None = None",
        "class Place(Struct):\n    name: str\n    path: str | None = None\n\n\n"
        'class Source(Place):\n    name: str\n    """Its name."""',
    ).replace("    targets", "    place: Place\n    targets")
    user = two.replace("    path: str", "    # mine\n    path: str")
    text = without_conflicts(remerged(user, new, two))
    assert (
        'class Source(Struct):\n    name: str\n    """Its name."""\n\n    # mine\n    path: str'
        in text
    )
    assert "class Place(Struct):" in text


HEAD_PATH = "kube/api/shop/v1/__init__.py"
SHOP = "kube/api/shop/v1/types.py"


def exported(*names: str) -> dict[str, str]:
    """A package as it is imported from an OpenAPI document: its head exports all classes."""
    listed = "".join(f'    "{name}",\n' for name in names)
    body = "\n\n".join(f"\nclass {name}(Object):\n    size: str | None = None" for name in names)
    return {
        HEAD_PATH: '"""Version v1."""\n\nfrom kube.api.shop.v1.types import '
        f"{', '.join(names)}\n\n__all__ = [\n{listed}]\n",
        SHOP: f"from kube.runtime import Object\n\n{body}\n",
    }


def test_a_package_exports_what_the_import_added_and_what_the_user_did() -> None:
    base, new = exported("Cart", "Order"), exported("Cart", "Item")
    user = dict(base)
    user[HEAD_PATH] = user[HEAD_PATH].replace('    "Cart",\n', '    "MINE",\n    "Cart",\n')
    user[HEAD_PATH] = user[HEAD_PATH].replace("import Cart, Order", "import MINE, Cart, Order")
    user[SHOP] = user[SHOP].replace("Object\n\n", "Object\n\nMINE = 1\n", 1)
    texts = {**user, **merge(base, settled(base, new, lambda key: True), user)}
    assert "from kube.api.shop.v1.types import MINE, Cart, Item\n" in texts[HEAD_PATH]
    assert '__all__ = ["MINE", "Cart", "Item"]' in texts[HEAD_PATH]
    assert "class Order" not in texts[SHOP]
    assert "class Item(Object):" in texts[SHOP]


def test_a_package_exports_its_classes_under_the_names_that_they_keep() -> None:
    base, new = exported("Cart"), exported("Cart")
    part = "class Part(Struct):\n    size: str | None = None\n\n\n"
    for files, name in ((base, "Part"), (new, "CartPart")):
        text = files[SHOP].replace("class Cart", f"{part.replace('Part', name)}class Cart")
        text = text.replace("import Object", "import Object, Struct")
        files[SHOP] = f"{text.rstrip()}\n    part: {name} | None = None\n"
        files[HEAD_PATH] = files[HEAD_PATH].replace("import Cart", f"import Cart, {name}")
        files[HEAD_PATH] = files[HEAD_PATH].replace('"Cart",', f'"Cart",\n    "{name}",')
    pristine = settled(base, new, lambda key: True)
    assert "import Cart, Part\n" in pristine[HEAD_PATH]
    assert '__all__ = ["Cart", "Part"]' in pristine[HEAD_PATH]
    assert "CartPart" not in pristine[SHOP]


def test_postponed_annotations_stay_postponed() -> None:
    future = "from __future__ import annotations\n\n"
    new = future + BASE.replace("# +default=7", "# +default=8")
    user = future + BASE.replace("class BackupSpec", "# mine\nclass BackupSpec")
    assert remerged(user, new, future + BASE).startswith(future)


def kinds(app: str, web: str) -> str:
    parts = (
        "class Part(Struct):\n    size: str\n\n\nclass Whole(Struct):\n    one: Part\n    two: Part"
    )
    app = app or parts
    return (
        "from kube.runtime import Object, Struct\n\n\n"
        f"{app}\n\n\nclass App(Object):\n    spec: Whole\n{web}"
    )


def test_a_class_that_a_kind_shares_which_is_not_imported_again_stays_as_it_is() -> None:
    base = kinds("", "\n\nclass Web(Object):\n    spec: Whole\n")
    changed = (
        "class Part(Struct):\n    size: str\n\n\n"
        "class Other(Struct):\n    size: str\n    more: str\n\n\n"
        "class Whole(Struct):\n    one: Part\n    two: Other"
    )
    pristine = settled({PATH: base}, {PATH: kinds(changed, "")}, lambda key: key[1] == "App")
    text = pristine[PATH]
    assert "class Web(Object):\n    spec: Whole\n" in text
    assert "class Whole(Struct):\n    one: Part\n    two: Part\n" in text
    assert "class App(Object):\n    spec: Whole2\n" in text
    assert "class Whole2(Struct):\n    one: Part\n    two: Other\n" in text


def test_a_new_class_stands_below_the_base_that_it_needs() -> None:
    new = BASE.replace(
        "class BackupSpec", "class Wide(Target):\n    size: str\n\n\nclass BackupSpec"
    ).replace("    targets", "    wide: Wide | None = None\n    targets")
    start, end = BASE.index("# +structType"), BASE.index("class BackupSpec")
    user = "from __future__ import annotations\n\n" + BASE[:start] + BASE[end:]
    user += f"\n\n{BASE[start:end].rstrip()}\n"
    text = without_conflicts(remerged(user, new))
    assert text.index("class Target(") < text.index("class Wide(Target)")


def test_an_enum_follows_the_order_of_the_imports_values() -> None:
    user = WITH_ENUM.replace('    DONE = "Done"\n', '    DONE = "Done"  # at last\n')
    new = BASE.replace('Literal["Running", "Done"]', 'Literal["Done", "Queued", "Running"]')
    text = without_conflicts(remerged(user, new))
    assert '    DONE = "Done"  # at last\n    QUEUED = "Queued"\n    RUNNING = "Running"\n' in text


def test_what_a_method_uses_is_used_and_what_is_gone_is_not_imported() -> None:
    start, end = BASE.index("# +structType"), BASE.index("class BackupSpec")
    new = BASE[:start] + BASE[end:].replace("\n    targets: list[Target] | None = None\n", "")
    new = new.replace("Struct, field", "Struct")
    path = PATH.replace("types", "targets")
    files = {
        PATH: BASE[:start].rstrip().replace("field\n", "field\n\n")
        + "\nfrom apis.example_com.v1.targets import Target\n\n\n"
        + BASE[end:],
        path: "from kube.runtime import Struct, field\n\n\n" + BASE[start:end].rstrip() + "\n",
    }
    pristine = settled({PATH: BASE}, {PATH: new}, lambda key: True)
    texts = merge({PATH: BASE}, pristine, files)
    assert "Target" not in texts[PATH]
    assert "Target" not in texts[path]
    files[PATH] += "\n\ndef first() -> str:\n    return Target(bucket_url='').bucket_url\n"
    texts = merge({PATH: BASE}, pristine, files)
    assert marked(texts[path]) == ["Target is used here, and was removed by the import"]
    assert "import Target" in texts[PATH]


def test_a_subclass_that_declares_a_renamed_field_anew_calls_it_as_the_user_does() -> None:
    user = BASE.replace("bucket_url:", "url:")
    new = BASE.replace(
        "class BackupSpec",
        'class Wide(Target):\n    bucket_url: str = field(name="bucketURL")\n    """Wide."""\n\n\n'
        "class BackupSpec",
    ).replace("    targets", "    wide: Wide | None = None\n    targets")
    text = without_conflicts(remerged(user, new))
    assert 'class Wide(Target):\n    url: str = field(name="bucketURL")\n' in text


def test_fields_in_another_order_are_no_change() -> None:
    targets = "    targets: list[Target] | None = None\n"
    first = "    # +kubebuilder:validation:MinLength=1\n"
    new = BASE.replace(f"\n{targets}", "").replace(first, f"{targets}\n{first}")
    assert settled({PATH: BASE}, {PATH: new}, lambda key: True) == {PATH: BASE}
    more = new.replace(targets, f"{targets}\n    more: str | None = None\n")
    text = remerged(BASE, more)
    assert f"{targets}\n    more: str | None = None\n" in text
    assert text.index("keep") < text.index("targets")
