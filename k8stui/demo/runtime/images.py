"""What is in an image: its shells, its programs, what it runs. Images that the table does not name have everything."""

from fnmatch import fnmatchcase

from msgspec import Struct

DEBIAN = """PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
"""
ALPINE = """NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.22.1
PRETTY_NAME="Alpine Linux v3.22"
HOME_URL="https://alpinelinux.org/"
"""
_BASH = frozenset({"bash"})
_TOOLS = frozenset({"bash", "curl"})
_NET = frozenset({"curl", "ip", "nslookup", "ping", "ps", "top", "wget"})


class Image(Struct, frozen=True, kw_only=True):
    """What is in an image."""

    shell: str = "dash"
    """busybox, dash, or empty: no shell and no programs at all."""
    release: str = DEBIAN
    """/etc/os-release; empty: there is none."""
    lacks: frozenset[str] = frozenset()
    """Programs that it does not have."""
    command: tuple[str, ...] = ()
    """What it runs when the pod says nothing; empty: a program of the image's own name."""
    home: str = "/"
    """Where its commands start."""

    @property
    def missing(self) -> frozenset[str]:
        """The programs that there are, but not in it."""
        return self.lacks | {"dash" if self.shell == "busybox" else "ash"}


_EMPTY = Image(shell="", release="")
_BUSYBOX = Image(shell="busybox", release="", lacks=_TOOLS, command=("sh",))
_ALPINE = Image(shell="busybox", release=ALPINE, lacks=_TOOLS, command=("/bin/sh",))

_IMAGES: tuple[tuple[str, Image], ...] = (
    ("*distroless*:debug*", Image(shell="busybox", release=DEBIAN, lacks=_TOOLS)),
    ("*distroless*", _EMPTY),
    ("scratch*", _EMPTY),
    ("registry.k8s.io/ingress-nginx/*", Image(shell="busybox", release=ALPINE, command=("/nginx-ingress-controller",))),
    ("registry.k8s.io/e2e-test-images/*", _BUSYBOX),
    ("registry.k8s.io/coredns/*", Image(shell="", release="", command=("/coredns", "-conf", "/etc/coredns/Corefile"))),
    ("registry.k8s.io/*", _EMPTY),
    ("*/prometheus/*", Image(shell="busybox", release="", lacks=_TOOLS, home="/prometheus")),
    ("*/grafana:*", Image(shell="busybox", release=ALPINE, command=("grafana", "server"), home="/usr/share/grafana")),
    ("*/valkey:*", Image(lacks=_NET, command=("valkey-server", "*:6379"), home="/data")),
    ("*/redis:*", Image(lacks=_NET, command=("redis-server", "*:6379"), home="/data")),
    ("*/postgres:*", Image(lacks=_NET, command=("postgres",))),
    ("*/nginx:*", Image(lacks=_NET - {"curl"}, command=("nginx: master process nginx -g daemon off;",))),
    ("*/busybox:*", _BUSYBOX),
    ("*/alpine:*", _ALPINE),
    ("*/curlimages/curl:*", Image(shell="busybox", release=ALPINE, lacks=_BASH, command=("/entrypoint.sh",))),
    ("*/debian:*", Image(lacks=_NET, command=("bash",))),
    ("*/ubuntu:*", Image(lacks=_NET, command=("/bin/bash",))),
    ("*/python:*", Image(lacks=_NET, command=("python3",))),
    ("*/argoproj/*", Image(lacks=_NET)),
    ("*/netshoot:*", Image(shell="busybox", release=ALPINE, command=("bash",), home="/root")),
)


def image(reference: str) -> Image:
    """What is in the image of this name."""
    full = reference.partition("@")[0]
    if ":" not in full.rpartition("/")[2]:
        full += ":latest"
    for pattern, found in _IMAGES:
        if fnmatchcase(full, pattern) or fnmatchcase(f"docker.io/{full}", pattern):
            return found
    return Image()


def program(reference: str) -> str:
    """The program that an image of an own program runs: its last name."""
    return "/" + reference.partition("@")[0].rpartition("/")[2].partition(":")[0]
