"""Writes the descriptions that the documents in kube/envtest/openapi are without.

    KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh) python hack/openapi_descriptions.py

They are four fifths of the documents that a kube-apiserver serves, and only `kubectl explain` shows
them. So they are one compressed file, of its own, that a server reads when a client first asks for
a document: for each schema, its own description under '' and those of its members. The server asked
must be of the release of the documents.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from real_server import ROOT, asked

DOCUMENTS = ROOT / "kube" / "envtest" / "openapi"
OUTPUT = DOCUMENTS / "descriptions.json.gz"


def main() -> None:
    texts: dict[str, dict[str, str]] = {}
    with asked() as get:
        for document in sorted(DOCUMENTS.glob("*.json")):
            path = document.stem.replace("__", "/")
            check_release(document, get(f"/openapi/v3/{path}"))
            for name, schema in get(f"/openapi/v3/{path}")["components"]["schemas"].items():
                texts[name] = described(schema)
    body = json.dumps(texts, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    OUTPUT.write_bytes(gzip.compress(body, 9, mtime=0))
    print(f"{OUTPUT.relative_to(ROOT)}: {len(texts)} schemas, {OUTPUT.stat().st_size} bytes")


def check_release(document: Path, served: dict[str, Any]) -> None:
    own = json.loads(document.read_text())
    names = own["components"]["schemas"].keys()
    if names != served["components"]["schemas"].keys():
        raise SystemExit(f"{document.name} is of another release than the server")


def described(schema: dict[str, Any]) -> dict[str, str]:
    members = schema.get("properties", {}).items()
    texts = {"": schema, **dict(members)}
    return {name: text["description"] for name, text in texts.items() if "description" in text}


if __name__ == "__main__":
    main()
