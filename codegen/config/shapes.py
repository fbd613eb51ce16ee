"""What values must be, by the shape of their option. A fault leaves None, or the rest."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

from codegen.config.entries import Entries, Entry, kind_of
from codegen.options import Option, Shape

_OBJECT_NAME = re.compile(r"[a-z0-9]([-.:a-z0-9]*[a-z0-9])?", re.IGNORECASE)


class Checks:
    """`root` is the project's folder, which all folders must be in."""

    def __init__(self, root: Path, entries: Entries) -> None:
        self.root = root
        self.entries = entries
        self.fault = entries.fault

    def checked(self, option: Option, entry: Entry) -> object:
        match option.shape:
            case Shape.FOLDER:
                return self.folder_at(option.key)
            case Shape.FOLDERS:
                return self.folders(option.key)
            case Shape.NUMBER:
                return self.number(option.key, entry, entry.value)
            case Shape.PACKAGES:
                return self.packages(option.key, entry)
            case Shape.LENGTHS:
                return self.lengths(option.key, entry)
            case Shape.FLAG:
                return self.flag(option.key, entry)
            case Shape.SERVICE | Shape.OBJECT_NAME:
                return self.object_name(option, entry)
            case _:
                return self.python_name(option.key, option.shape, entry)

    def text(self, key: str, entry: Entry, value: object, *sub: str | int) -> str | None:
        if isinstance(value, str) and value.strip():
            return value
        what = "is empty" if isinstance(value, str) else f"must be a string, not {kind_of(value)}"
        self.fault(entry, f"{key} {what}", "", *sub)
        return None

    def texts(self, key: str, shape: Shape, example: str) -> list[tuple[int, str]]:
        """The strings of a list, each with its index; what is not one is reported."""
        entry = self.entries.get(key)
        if entry is None:
            return []
        if not isinstance(entry.value, list | tuple):
            example = f'["{entry.value}"]' if isinstance(entry.value, str) else example
            message = f"{key} must be {shape.value}, not {kind_of(entry.value)}"
            self.fault(entry, message, f"write {key} = {example}")
            return []
        texts = []
        for index, item in enumerate(entry.value):
            text = self.text(f"each item of {key}", entry, item, index)
            if text is not None:
                texts.append((index, text))
        return texts

    def folder(self, key: str, entry: Entry, value: str, *sub: str | int) -> str | None:
        """A folder inside the project, relative to its root, with `/`, without a trailing one."""
        folder = posixpath.normpath(value.replace(os.sep, "/"))
        if posixpath.isabs(folder) and Path(folder).is_relative_to(self.root):
            folder = Path(folder).relative_to(self.root).as_posix()
        if posixpath.isabs(folder) or folder == ".." or folder.startswith("../"):
            hint = f"write it relative to {self.root}"
            self.fault(entry, f"{key} {value!r} is outside the project", hint, *sub)
            return None
        return folder

    def folder_at(self, key: str) -> str | None:
        entry = self.entries.get(key)
        text = self.text(key, entry, entry.value) if entry else None
        return self.folder(key, entry, text) if entry and text is not None else None

    def folders(self, key: str) -> tuple[str, ...]:
        entry = self.entries.get(key)
        folders = [
            self.folder(key, entry, text, index)
            for index, text in self.texts(key, Shape.FOLDERS, '["folder"]')
            if entry
        ]
        return tuple(f for f in folders if f is not None)

    def python_name(self, key: str, shape: Shape, entry: Entry) -> str | None:
        text = self.text(key, entry, entry.value)
        if text is None:
            return None
        parts = text.split(".") if shape is Shape.PACKAGE else [text]
        if all(is_name(part) for part in parts):
            return text
        self.fault(entry, f"{key} must be {shape.value}, not {text!r}")
        return None

    def plurals(self, key: str, entry: Entry) -> dict[str, str]:
        if entry.flag:
            pairs = [item.partition(":") for item in entry.value]
            for kind, _, plural in pairs:
                if not (is_name(kind) and is_name(plural)):
                    text = f"{kind}:{plural}" if plural else kind
                    self.fault(entry, f"{text!r} is not Kind:plural", "such as Endpoints:endpoints")
            return {kind: plural for kind, _, plural in pairs}
        if not isinstance(entry.value, dict):
            message = f"{key} must be a table, not {kind_of(entry.value)}"
            self.fault(entry, message, f'write {key} = {{ Endpoints = "endpoints" }}')
            return {}
        plurals = {}
        for kind, value in entry.value.items():
            plural = self.text(f"the plural of {kind}", entry, value, kind)
            if plural is not None:
                plurals[kind] = plural
        return plurals

    def packages(self, key: str, entry: Entry) -> dict[str, str]:
        """The module of each type, both dotted."""
        example = "such as other.v1.types.Size:other.applyconfiguration.v1"
        if entry.flag:
            pairs = [item.partition(":")[::2] for item in entry.value]
        elif isinstance(entry.value, dict):
            pairs = [(name, value) for name, value in entry.value.items()]
        else:
            message = f"{key} must be {Shape.PACKAGES.value}, not {kind_of(entry.value)}"
            self.fault(entry, message, f'write {key} = {{ "other.v1.types.Size" = "other.ac.v1" }}')
            return {}
        packages = {}
        for name, value in pairs:
            module = self.text(f"the module of {name}", entry, value, name)
            if module is None:
                continue
            if all(is_name(part) for part in (*name.split("."), *module.split("."))):
                packages[name] = module
            else:
                self.fault(entry, f"'{name}:{module}' is not a type and a module", example)
        return packages

    def number(self, key: str, entry: Entry, value: object, *sub: str | int) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        what = str(value) if isinstance(value, int) else kind_of(value)
        self.fault(entry, f"{key} must be {Shape.NUMBER.value}, not {what}", "", *sub)
        return None

    def lengths(self, key: str, entry: Entry) -> dict[str, int]:
        if not isinstance(entry.value, dict):
            message = f"{key} must be a table, not {kind_of(entry.value)}"
            self.fault(entry, message, f'write {key} = {{ "spec.template" = 0 }}')
            return {}
        lengths = {}
        for path, value in entry.value.items():
            length = self.number(f"the length of {path}", entry, value, path)
            if length is not None:
                lengths[path] = length
        return lengths

    def flag(self, key: str, entry: Entry) -> bool | None:
        if isinstance(entry.value, bool):
            return entry.value
        self.fault(entry, f"{key} must be {Shape.FLAG.value}, not {kind_of(entry.value)}")
        return None

    def object_name(self, option: Option, entry: Entry) -> str | None:
        text = self.text(option.key, entry, entry.value)
        if text is None:
            return None
        parts = text.split("/")
        if len(parts) == (2 if option.shape is Shape.SERVICE else 1) and all(
            _OBJECT_NAME.fullmatch(part) for part in parts
        ):
            return text
        self.fault(entry, f"{option.key} must be {option.shape.value}, not {text!r}")
        return None


def is_name(text: str) -> bool:
    import keyword

    return text.isidentifier() and not keyword.iskeyword(text)
