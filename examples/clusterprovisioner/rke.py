"""Running `rke`, with its output streamed to the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

log = logging.getLogger("rke")


class RKEError(Exception):
    """`rke` could not be run, or ended with a failure."""


class RKE:
    """The command, and the two things we ask of it. `command` may have arguments of its own."""

    def __init__(self, command: Sequence[str] = ("rke",)) -> None:
        self._command = tuple(command)

    async def up(self, config_path: str) -> None:
        """Bring a cluster up, or up to date. Raises RKEError."""
        await self._run("up", "--config", config_path)

    async def remove(self, config_path: str) -> None:
        """Take a cluster down. Raises RKEError."""
        await self._run("remove", "--force", "--config", config_path)

    async def _run(self, *arguments: str) -> None:
        shown = " ".join((*self._command, *arguments))
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
        except OSError as error:
            raise RKEError(f"cannot run `{shown}`: {error.strerror}") from error
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                log.info("%s", line.decode(errors="replace").rstrip())
            status = await process.wait()
        finally:
            # A cancelled reconcile must not leave its command running behind the next one's back.
            if process.returncode is None:
                process.kill()
                await process.wait()
        if status != 0:
            raise RKEError(f"`{shown}` ended with status {status}")
