"""The program as a process: it ends on signals, and a failure it can explain is one line."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any

from kube.client import ConfigError, TransportError
from kube.runtime.errors import APIError


def run_process(program: Coroutine[Any, Any, None]) -> int:
    """Run until the program ends, or SIGINT or SIGTERM comes; returns the exit status.

    A signal cancels the program, so that it releases what it holds. That is its regular end: 0 for
    SIGTERM, by which Kubernetes stops a Pod, and 130 for SIGINT, as shells expect.
    """
    try:
        asyncio.run(_until_terminated(program))
    except (ConfigError, TransportError, APIError, TimeoutError) as error:
        print(f"error: {error or 'it took too long'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


async def _until_terminated(program: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(program)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        await asyncio.wait([task])
    finally:
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.result()
