"""Child processes that cannot outlive this one, and the folder they work in.

All of them are in the process group of a guard, a process that reads from a pipe which only we hold
open. When we end, however we end (`kill -9` too), the kernel closes the pipe, and the guard kills
the group and removes the folder. So no signal handler and no atexit hook is needed, and Ctrl-C,
which the terminal sends to our own group alone, finds the children alive until we stop them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

# The child is out of the group, so that it lives to remove the folder.
_GUARD = """
import os, shutil, signal, sys, time
os.read(0, 1)
group = os.getpgrp()
if os.fork() == 0:
    os.setpgid(0, 0)
    os.killpg(group, signal.SIGKILL)
    for _ in range(100):
        shutil.rmtree(sys.argv[1], ignore_errors=True)
        if not os.path.exists(sys.argv[1]):
            break
        time.sleep(0.05)
"""

_TAIL = 15
"""Lines of a log that an error quotes."""


class ProcessGroup:
    """A temporary folder, private to the user, and processes that end with it.

    A context manager; entering it starts the guard.
    """

    def __init__(self) -> None:
        self.folder = Path()
        self._guard: subprocess.Popen[bytes] | None = None
        self._processes: list[Process] = []

    def __enter__(self) -> ProcessGroup:
        self.folder = Path(tempfile.mkdtemp(prefix="envtest-"))
        try:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _GUARD, str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                process_group=0,
            )
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for process in reversed(self._processes):
            process.kill()
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()
            assert self._guard.stdin is not None
            self._guard.stdin.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, name: str, command: Sequence[str]) -> Process:
        """Start a process, in the group, with its output in the folder's `<name>.log`.

        The processes end in the reverse of the order in which they first ran.
        """
        assert self._guard is not None
        process = Process(name, command, self.folder / f"{name}.log", self._guard.pid)
        process.start()
        self._processes.append(process)
        return process


class Process:
    """A program that can be killed and started again. Its log goes on where it was."""

    def __init__(self, name: str, command: Sequence[str], log: Path, group: int) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._group = group
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it is running."""
        if self._process is not None and self._process.poll() is None:
            return
        with self._open_log() as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=self._group,
            )

    def kill(self) -> None:
        """End it at once (SIGKILL) and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def exit_code(self) -> int | None:
        """How it ended; None while it runs. Negative is the signal that ended it."""
        assert self._process is not None
        return self._process.poll()

    def last_lines(self) -> str:
        """The end of its log."""
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 16384))
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-_TAIL:])

    def _open_log(self) -> IO[bytes]:
        return open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb")
