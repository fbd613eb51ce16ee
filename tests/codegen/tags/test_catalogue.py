"""The catalogue is the registry, printed."""

from __future__ import annotations

from pathlib import Path

from codegen.tags import REGISTRY
from codegen.tags.catalogue import render_markdown, render_text

DOCUMENT = Path(__file__).parents[3] / "docs" / "tags.md"


def test_the_document_is_what_the_registry_prints() -> None:
    assert DOCUMENT.read_text() == render_markdown(), "run `codegen tags --markdown > docs/tags.md`"


def test_every_tag_and_every_spelling_of_it_is_printed() -> None:
    text = render_text()
    for name in REGISTRY:
        assert f"+{name}" in text


def test_a_filter_keeps_the_tags_whose_names_contain_it() -> None:
    text = render_text("NONnamespaced")
    assert "+genclient:nonNamespaced" in text
    assert "+genclient:noStatus" not in text
    assert render_text("no such tag") == ""


def test_every_tag_has_one_sentence_of_help() -> None:
    for declared in REGISTRY.values():
        for declaration in declared:
            assert declaration.help.endswith(".")
            assert ". " not in declaration.help
            assert len(set(declaration.places)) == len(declaration.places) > 0


def test_no_two_meanings_of_a_tag_share_a_place() -> None:
    for declared in REGISTRY.values():
        places = [place for declaration in declared for place in declaration.places]
        assert len(places) == len(set(places))
