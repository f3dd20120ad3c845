"""The real kubectl against `k8stui demo-server`, as a person types it: output and exit code of every command."""

import json
import os
import shlex
import shutil
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

PROGRAM = shutil.which("kubectl")
_GROUPS = ("apply", "auth", "create", "rollout", "set", "top")
"""Commands that have commands."""
LIMIT = 30.0
"""Seconds that a command may take."""


class DemoServer:
    """`k8stui demo-server` as a child, for as long as the block lasts."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.kubeconfig = folder / "kubeconfig"
        self._complaints = folder / "stderr"
        root = str(Path(__file__).parents[2])
        words = ["-m", "k8stui", "demo-server", "--port", "0", "--kubeconfig", str(self.kubeconfig), *options]
        with self._complaints.open("wb") as complaints:
            self._child = subprocess.Popen(
                [sys.executable, *words],
                stdout=subprocess.PIPE,
                stderr=complaints,
                env={**os.environ, "PYTHONPATH": root},
                start_new_session=True,
            )

    def __enter__(self) -> "DemoServer":
        assert self._child.stdout is not None
        assert self._child.stdout.readline(), self._complaints.read_text()
        config = json.loads(self.kubeconfig.read_text())
        self.url = config["clusters"][0]["cluster"]["server"]
        self._token = config["users"][0]["user"]["token"]
        self._tls = ssl.create_default_context()
        self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(10)
        assert self._child.stdout is not None
        self._child.stdout.close()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """A request as admin, quicker than a kubectl. Raises HTTPError."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, context=self._tls, timeout=LIMIT) as answer:
            return json.loads(answer.read())


class Stream:
    """A kubectl that goes on, read line by line."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self.child = child

    def line(self) -> str:
        """The next one; empty at the end."""
        assert self.child.stdout is not None
        return self.child.stdout.readline().rstrip("\n")

    def until(self, word: str) -> str:
        """The first line from here on that contains this. Fails at the end."""
        while line := self.line():
            if word in line:
                return line
        raise AssertionError(f"{word!r} never came")

    def end(self) -> int:
        """Interrupt it; returns its exit code."""
        self.child.terminate()
        self.child.communicate(timeout=LIMIT)
        return int(self.child.returncode)


class Kubectl(Struct, frozen=True):
    """In one namespace of one server."""

    server: DemoServer
    namespace: str
    folder: Path
    """The working directory: files that commands name."""

    def __call__(self, line: str, stdin: str = "", **env: str) -> str:
        """What it prints; the command must succeed."""
        done = self.run(line, stdin, **env)
        assert done.returncode == 0, f"kubectl {line}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def fails(self, line: str, stdin: str = "", code: int = 1, **env: str) -> str:
        """What it says on stderr; the command must end with this exit code."""
        done = self.run(line, stdin, **env)
        assert done.returncode == code, f"kubectl {line}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stderr

    def run(self, line: str, stdin: str = "", **env: str) -> "subprocess.CompletedProcess[str]":
        """One command, to its end."""
        words = self._words(line)
        return subprocess.run(
            words, input=stdin, capture_output=True, text=True, timeout=LIMIT, cwd=self.folder, env=self._env(env)
        )

    @contextmanager
    def stream(self, line: str) -> Iterator[Stream]:
        """One command that goes on, interrupted at the end of the block."""
        child = subprocess.Popen(
            self._words(line),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            env=self._env({}),
        )
        found = Stream(child)
        try:
            yield found
        finally:
            if child.poll() is None:
                found.end()
            elif child.stdout is not None:
                child.stdout.close()

    def rows(self, line: str) -> list[list[str]]:
        """The words of each line."""
        return [row.split() for row in self(line).splitlines()]

    def column(self, line: str, number: int = 0) -> list[str]:
        """One word of each line, without the headers."""
        return [row[number] for row in self.rows(f"{line} --no-headers")]

    def json(self, line: str) -> Any:
        """What it prints as JSON."""
        return json.loads(self(f"{line} -o json"))

    def apply(self, *objects: dict[str, Any]) -> str:
        """Client-side apply, from stdin."""
        return self("apply -f -", json.dumps({"kind": "List", "apiVersion": "v1", "items": list(objects)}))

    def write(self, name: str, *objects: dict[str, Any]) -> str:
        """A manifest in the working directory; returns its name."""
        whole = objects[0] if len(objects) == 1 else {"kind": "List", "apiVersion": "v1", "items": list(objects)}
        (self.folder / name).write_text(json.dumps(whole, indent=2))
        return name

    def until(self, line: str, right: Callable[[str], object]) -> str:
        """What it prints once that is right; asked again and again."""
        limit = time.monotonic() + LIMIT
        while not right(out := self.run(line).stdout):
            assert time.monotonic() < limit, f"kubectl {line} never became right:\n{out}"
            time.sleep(0.1)  # a command takes more of the processor than the server that has to become right
        return out

    def _words(self, line: str) -> list[str]:
        assert PROGRAM is not None
        head = [PROGRAM, "--cache-dir", str(self.server.folder / "cache")]
        words = shlex.split(line)
        where = [] if {"-n", "-A"} & set(words) else ["-n", self.namespace]
        verb = 2 if words[0] in _GROUPS and not words[1].startswith("-") else 1
        return [*head, *words[:verb], *where, *words[verb:]]

    def _env(self, more: dict[str, str]) -> dict[str, str]:
        home = str(self.server.folder)
        base = {"PATH": os.environ["PATH"], "HOME": home, "TMPDIR": str(self.folder)}
        base["KUBECONFIG"] = str(self.server.kubeconfig)
        base |= {"GOGC": "off", "GOMEMLIMIT": "512MiB"}  # collecting garbage would be half of it
        return base | more
