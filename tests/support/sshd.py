"""A real sshd on loopback, of the test's own, and what stands between it and its client: a link that can be cut.

It has its own host key, authorized key and configuration in a folder. As root it wants the folder of its privilege
separation (`/run/sshd`), which is made where it is missing; as another user it lets nobody else in than that user.
"""

import contextlib
import getpass
import grp
import os
import select
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tests.support.waiting import promptly

SSHD = next(
    (
        each
        for each in ("/usr/sbin/sshd", "/usr/local/sbin/sshd", shutil.which("sshd"))
        if each and Path(each).is_file()
    ),
    None,
)
SEPARATION = Path("/run/sshd")


def missing() -> str:
    """Why there can be no sshd here; "" where there can be one."""
    lacking = [name for name in ("ssh", "ssh-keygen") if shutil.which(name) is None]
    if SSHD is None:
        lacking.append("sshd")
    if lacking:
        return f"openssh is not installed here: there is no {' and no '.join(lacking)}"
    if os.geteuid() == 0 and not SEPARATION.is_dir():
        try:
            SEPARATION.mkdir(mode=0o755)
        except OSError as error:
            return f"sshd wants {SEPARATION}: {error}"
    if os.geteuid() != 0 and not _has_terminals():
        return "an sshd that is not root's cannot give terminals here: those of /dev/pts are not of the group tty"
    return ""


def _has_terminals() -> bool:
    """Whether a new pseudo terminal has the group that sshd wants it to have; only root can change it."""
    try:
        wanted = grp.getgrnam("tty").gr_gid
    except KeyError:
        wanted = os.getgid()
    ends = os.openpty()
    try:
        return os.fstat(ends[1]).st_gid == wanted
    finally:
        for each in ends:
            os.close(each)


def free() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


class Sshd:
    """One sshd for the length of a with block; skips the test where there can be none.

    Args:
        folder: for its files; nobody else may write to it.
        alive: seconds after which it asks a silent client whether it is there; after the third time in vain it ends
            the session. 0: never.
    """

    def __init__(self, folder: Path, *, alive: int = 0) -> None:
        if why := missing():
            pytest.skip(why)
        self.folder, self._alive = folder, alive
        self.port = free()
        self.log = folder / "sshd.log"
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> "Sshd":
        self.folder.mkdir(mode=0o700, exist_ok=True)
        for name in ("host", "user"):
            words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)]
            subprocess.run(words, check=True, timeout=30)
        shutil.copy(self.folder / "user.pub", self.folder / "authorized")
        while not self._listens():
            assert b"in use" in self.log.read_bytes(), self.log.read_text()
            self.port = free()  # somebody took the other one in between
        return self

    def _listens(self) -> bool:
        """Started; False: it has ended."""
        (self.folder / "config").write_text("\n".join(self._configuration()) + "\n")
        with self.log.open("wb") as log:
            argv = [str(SSHD), "-D", "-e", "-f", str(self.folder / "config")]
            self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        promptly(lambda: b"Server listening" in self.log.read_bytes() or self._process.poll() is not None)
        return self._process.poll() is None

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _configuration(self) -> Sequence[str]:
        return [
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {self.folder}/host",
            f"AuthorizedKeysFile {self.folder}/authorized",
            f"PidFile {self.folder}/pid",
            "StrictModes no",  # the folders above it are of the tests' temporary directory, open to all
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            f"AllowUsers {getpass.getuser()}",
            "AcceptEnv *",
            "PrintMotd no",
            "PrintLastLog no",
            f"ClientAliveInterval {self._alive}",
            "ClientAliveCountMax 3",
        ]

    def client(
        self, command: str, *, port: int = 0, env: Mapping[str, str] | None = None, size: tuple[int, int] = (120, 40)
    ) -> Terminal:
        """The real ssh in a pseudo terminal, with a terminal at the other end in which a command runs.

        Args:
            command: for the shell there.
            port: to go to; 0: straight to this sshd.
            env: more variables for the other end.
            size: of the window.
        """
        options = {
            "IdentityFile": f"{self.folder}/user",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "UserKnownHostsFile": "/dev/null",
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "no",
            "LogLevel": "ERROR",
            "ControlPath": "none",
            "SendEnv": " ".join(env or ()) or "LC_ALL",
        }
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        argv = ["ssh", "-F", "/dev/null", "-tt", "-p", str(port or self.port), *words, "127.0.0.1", command]
        return Terminal(argv, size=size, env=env)


class Link:
    """What carries bytes between a client and a port, in a thread; it can be frozen, and cut.

    A link that is cut is closed at both ends at once; a frozen one takes nothing any more, and says nothing about it.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._frozen = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="a link", daemon=True)

    def __enter__(self) -> "Link":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def freeze(self) -> None:
        """Nothing passes any more, in both directions."""
        self._frozen.set()

    def cut(self) -> None:
        """Both ends see the connection closed."""
        self._over.set()
        self._thread.join(10)

    def _run(self) -> None:
        with self._listening:
            while not self._over.is_set():
                ready, _, _ = select.select([self._listening], [], [], 0.05)
                if ready:
                    self._carry(self._listening.accept()[0])

    def _carry(self, near: socket.socket) -> None:
        """One connection to its end; a second one is not wanted."""
        with near, socket.create_connection(("127.0.0.1", self._to)) as far:
            other = {near: far, far: near}
            while not self._over.is_set():
                ready, _, _ = select.select([] if self._frozen.is_set() else list(other), [], [], 0.05)
                for end in ready:
                    if self._frozen.is_set():
                        break
                    try:
                        data = end.recv(65536)
                        if not data:
                            return
                        other[end].sendall(data)
                    except OSError:
                        return


def alive(pid: int) -> bool:
    """Whether that process runs; a dead one that nobody has waited for does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def end(pid: int) -> None:
    """Kill it, if it is there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
