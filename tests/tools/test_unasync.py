"""The codemod that derives the synchronous code, and the promise that it was run."""

from __future__ import annotations

from pathlib import Path

import pytest

from hack import unasync


def test_the_synchronous_code_is_what_its_source_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    if unasync.main(["--check"]):
        diff, _ = capsys.readouterr()
        pytest.fail(f"run `python hack/unasync.py`\n{diff}")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("async def f():\n    return await g()\n", "def f():\n    return g()\n"),
        ("async with a as b:\n    pass\n", "with a as b:\n    pass\n"),
        ("async for a in b:\n    pass\n", "for a in b:\n    pass\n"),
        ("x = [a async for a in await b()]\n", "x = [a for a in b()]\n"),
        ("x = (await f()).items\n", "x = f().items\n"),
        ("class AsyncThing(AsyncBase[T]): ...\n", "class Thing(Base[T]): ...\n"),
        ("Asynchronous = async_sleep\n", "Asynchronous = sleep\n"),
        ("async def __aenter__(self): ...\n", "def __enter__(self): ...\n"),
        ("from k._async.rest import AsyncA, b\n", "from k._sync.rest import A, b\n"),
        ("from t import Awaitable, Callable\n", "from t import Callable\n"),
        ("f: Callable[[], Awaitable[R]]\n", "f: Callable[[], R]\n"),
        ("from m import AsyncA, A\n", "from m import A\n"),
        ('"""See `AsyncWatch`: `async with w:`."""\n', '"""See `Watch`: `with w:`."""\n'),
        ("# an AsyncThing waits\n", "# an Thing waits\n"),
    ],
)
def test_asynchronous_code_becomes_synchronous(code: str, expected: str) -> None:
    assert unasync.unasync(code) == expected


def test_prose_keeps_its_words() -> None:
    text = '"""The asynchronous client awaits; await nothing here, async is a word."""\n'
    assert unasync.unasync(text) == text


def test_check_shows_what_differs_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "_async").mkdir()
    (tmp_path / "_sync").mkdir()
    (tmp_path / "_async" / "a.py").write_text("async def f() -> None: ...\n")
    (tmp_path / "_sync" / "b.py").write_text("")
    assert unasync.main(["--check", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert "+def f() -> None: ..." in out
    assert "b.py has no source any more" in out
    assert "python hack/unasync.py" in err
    assert not (tmp_path / "_sync" / "a.py").exists()

    assert unasync.main([str(tmp_path)]) == 0
    assert unasync.main(["--check", str(tmp_path)]) == 0
    assert [path.name for path in (tmp_path / "_sync").iterdir()] == ["a.py"]
