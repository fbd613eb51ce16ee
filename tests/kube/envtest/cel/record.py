"""Write what the real API server says to the cases into `expected/`.

KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh) python -m tests.kube.envtest.cel.record [CASE…]
"""

from __future__ import annotations

import base64
import json
import ssl
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from kube.envtest import Environment
from tests.kube.envtest.cel import play


def main(wanted: list[str]) -> None:
    with Environment(server="real") as environment:
        config = environment.config
        context = ssl.create_default_context(cadata=base64_text(config.ca_data))

        def send(method: str, path: str, body: Any) -> tuple[int, Any]:
            request = urllib.request.Request(
                config.server + path,
                data=None if body is None else json.dumps(body).encode(),
                method=method,
                headers={
                    "Authorization": f"Bearer {config.token}",
                    "Content-Type": "application/json",
                },
            )
            try:
                with urllib.request.urlopen(request, context=context) as answer:
                    return answer.status, json.loads(answer.read())
            except urllib.error.HTTPError as error:
                text = error.read()
                try:
                    return error.code, json.loads(text)
                except ValueError:
                    return error.code, {"message": text.decode()}

        def established(path: str) -> None:
            # A changed schema cannot be seen from outside; a second is far more than it takes.
            time.sleep(1)
            while send("GET", path, None)[0] != 200:
                time.sleep(0.05)

        for path in play.CASES:
            if wanted and path.stem not in wanted:
                continue
            found = play.play(send, path, established)
            play.expected(path).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
            print(path.stem)


def base64_text(data: Any) -> str:
    if isinstance(data, bytes):
        return data.decode()
    text = str(data)
    return text if "BEGIN" in text else base64.b64decode(text).decode()


if __name__ == "__main__":
    main(sys.argv[1:])
