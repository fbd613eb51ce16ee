"""Tables, as kubectl shows them."""

from __future__ import annotations

import pytest

from kube.envtest.apiserver.kinds.tables import ages


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0s"),
        (119, "119s"),
        (130, "2m10s"),
        (3600, "60m"),
        (3 * 3600 + 60, "3h1m"),
        (30 * 3600, "30h"),
        (3 * 86400, "3d"),
        (400 * 86400, "400d"),
        (3 * 365 * 86400, "3y"),
        (-5, "<invalid>"),
    ],
)
def test_ages_are_told_as_kubectl_tells_them(seconds: float, text: str) -> None:
    assert ages.human_duration(seconds) == text
