"""Follows a Dockerfile without Docker: each stage is a copy-on-write view of this machine's root.

The base image is stood in for by this machine, with the Python that runs the tests at /usr/local,
where Python's official images have theirs, without tests and bytecode as these. It needs root and
the right to mount.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tests.codegen.scaffold.dockerfile import Instruction, stages

if TYPE_CHECKING:
    from typing import Self

TOOLS = ("unshare", "nsenter", "mount", "chroot", "setpriv")
BASE = Path("/mnt")
"""Where stages are mounted, for nobody else to see."""
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LD_LIBRARY_PATH": "/usr/local/lib"}
"""Of the base image; the official ones have the second in ld.so.conf."""


def why_not() -> str:
    """Why no container can run here; empty where it can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} not installed"
    if os.geteuid() != 0:
        return "only root may mount"
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", str(BASE)]
    if subprocess.run(probe, capture_output=True).returncode:
        return "mounting is not permitted here"
    return ""


class Space:
    """Mounts that only the commands of `enter` see, and that end with it."""

    def __enter__(self) -> Self:
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", "echo; exec sleep infinity"],
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        self._holder.stdout.readline()  # the shell is in its namespace
        self.run("mount", "-t", "tmpfs", "none", BASE)
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.kill()
        self._holder.communicate()

    def enter(self, *command: str | Path) -> list[str]:
        """A command to run among the mounts."""
        place = f"--mount=/proc/{self._holder.pid}/ns/mnt"
        return ["nsenter", place, "--", *map(str, command)]

    def run(self, *command: str | Path) -> None:
        done = subprocess.run(self.enter(*command), capture_output=True, text=True)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"

    def overlay(self, lower: Path, target: Path, name: str) -> None:
        """Mount a folder so that what is written to it goes elsewhere."""
        upper, work = BASE / f"{name}.upper", BASE / f"{name}.work"
        self.run("mkdir", "-p", upper, work, target)
        options = f"lowerdir={lower},upperdir={upper},workdir={work}"
        self.run("mount", "-t", "overlay", "-o", options, "none", target)


class Stage:
    """One stage of an image. `context` is the project's folder, `wheels` a folder of wheels."""

    def __init__(self, space: Space, name: str, context: Path, wheels: Path) -> None:
        self.root = BASE / name
        self.environment = dict(ENVIRONMENT)
        self.user = ""
        self.entrypoint: list[str] = []
        self._space = space
        self._context = context
        self._folder = Path("/")
        space.overlay(Path("/"), self.root, name)
        space.overlay(Path(sys.base_prefix), self.root / "usr/local", f"{name}.python")
        left_out = ("(", "-name", "__pycache__", "-o", "-name", "test", "-o", "-name", "tests", ")")
        remove = ("-prune", "-exec", "rm", "-r", "{}", "+")
        space.run("find", self.root / "usr/local/lib", *left_out, *remove)
        space.run("mount", "--bind", "/dev", self.root / "dev")
        space.run("mount", "-t", "proc", "none", self.root / "proc")
        space.run("mkdir", "-p", self.root / "wheels")
        space.run("mount", "--bind", wheels, self.root / "wheels")

    def follow(self, instructions: list[Instruction], previous: Stage | None) -> None:
        """Do what the instructions after FROM say."""
        for name, arguments in instructions[1:]:
            if name == "RUN":
                self._run(re.sub(r"--mount=\S+ ", "", arguments))
            elif name == "COPY":
                self._copy(shlex.split(arguments), previous)
            elif name == "ENV":
                for each in shlex.split(arguments):
                    key, _, value = each.partition("=")
                    self.environment[key] = value.replace("$PATH", self.environment["PATH"])
            elif name == "WORKDIR":
                self._folder = Path(arguments)
                self._space.run("mkdir", "-p", f"{self.root}{arguments}")
            elif name == "USER":
                self.user = arguments
            else:
                assert name == "ENTRYPOINT", f"{name} is not known here"
                self.entrypoint = json.loads(arguments)

    def start(self, *arguments: str, mounts: Mapping[str, Path], **variables: str) -> Program:
        """Run the program without any rights; the root is read-only but for an empty /tmp."""
        for target in mounts:
            self._space.run("mkdir", "-p", f"{self.root}{target}")
        for folder in (self.root, self.root / "usr/local"):
            self._space.run("mount", "-o", "remount,ro", folder)
        self._space.run("mount", "-t", "tmpfs", "-o", "mode=1777", "none", self.root / "tmp")
        for target, source in mounts.items():
            self._space.run("mount", "--bind", "-o", "ro", source, f"{self.root}{target}")
        user, _, group = self.user.partition(":")
        rights = ("--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all")
        return Program(
            self._space.enter(
                *self._chroot({**self.environment, **variables}),
                *("setpriv", f"--reuid={user}", f"--regid={group}", *rights),
                *self.entrypoint,
                *arguments,
            )
        )

    def _run(self, script: str) -> None:
        settings = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
        settings.pop("PIP_FIND_LINKS", None)
        environment = {**settings, **self.environment}
        self._space.run(*self._chroot(environment), "sh", "-ec", f"cd {self._folder}; {script}")

    def _copy(self, words: list[str], previous: Stage | None) -> None:
        *options, source, target = words
        into = f"{self.root}{self._folder / target}"
        if options:
            assert previous is not None
            self._space.run("cp", "-a", f"{previous.root}{source}", into)
        elif source.endswith("/"):
            self._space.run("cp", "-rT", self._context / source, into)
        else:
            self._space.run("cp", self._context / source, into)

    def _chroot(self, environment: Mapping[str, str]) -> list[str]:
        variables = [f"{name}={value}" for name, value in environment.items()]
        return ["chroot", str(self.root), "env", "--ignore-environment", *variables]


class Program(subprocess.Popen[str]):
    """The program of an image; its log is in a pipe."""

    def __init__(self, command: list[str]) -> None:
        super().__init__(command, stderr=subprocess.PIPE, text=True)

    def memory(self, name: str) -> float:
        """MiB, by a name of /proc: VmRSS is now, VmHWM the most so far."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith(f"{name}:"))
        return int(line.split()[1]) / 1024


def built(space: Space, context: Path, wheels: Path) -> Stage:
    """The last stage of the context's Dockerfile."""
    last: Stage | None = None
    for number, instructions in enumerate(stages(context / "Dockerfile")):
        if instructions[0][1].startswith("scratch"):
            continue  # the stage that the folder of wheels takes the place of
        stage = Stage(space, f"stage-{number}", context, wheels)
        stage.follow(instructions, last)
        last = stage
    assert last is not None
    return last
