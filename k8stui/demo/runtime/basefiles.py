"""The files that every container has, whatever its volumes: /etc, /proc, and its commands in /bin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from k8stui.demo.runtime.files import Content, File, normal

if TYPE_CHECKING:
    from k8stui.demo.runtime.machine import Machine

_DIRECTORIES = ("/bin", "/dev", "/etc", "/home", "/root", "/run", "/sys", "/tmp", "/usr/bin", "/var/log")
_OPTIONS = "options ndots:5\n"


def base_files(machine: Machine) -> Iterator[tuple[str, File]]:
    """Each with its path; what they hold is made when somebody reads it."""
    for path in (*_DIRECTORIES, machine.folder):
        yield path, File()
    for path, content in _contents(machine).items():
        yield path, File(content)
    if machine.image.release:
        yield "/etc/os-release", File(machine.image.release.encode())
        yield (
            "/etc/passwd",
            File(b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"),
        )
        yield "/etc/group", File(b"root:x:0:\nnogroup:x:65534:\n")
    for name in machine.programs:
        yield f"/bin/{name}", File(b"\x7fELF", executable=True)
    main = machine.command[0].partition(" ")[0]
    if main.startswith("/") and not machine.spec.get("command"):
        yield normal(main), File(b"\x7fELF", executable=True)


def _contents(machine: Machine) -> dict[str, Content]:
    return {
        "/etc/hosts": lambda: _hosts(machine),
        "/etc/resolv.conf": lambda: _resolver(machine),
        "/etc/hostname": lambda: f"{machine.hostname}\n".encode(),
        "/proc/1/cmdline": lambda: b"".join(part.encode() + b"\0" for part in machine.processes()[0].command),
        "/proc/1/environ": lambda: b"".join(f"{k}={v}\0".encode() for k, v in machine.variables.items()),
        "/proc/1/status": lambda: f"Name:\t{machine.processes()[0].command[0].rpartition('/')[2]}\nPid:\t1\n".encode(),
        "/proc/uptime": lambda: f"{machine.clock.now() - machine.started():.2f} 0.00\n".encode(),
        "/proc/loadavg": b"0.42 0.38 0.35 1/214 1\n",
        "/proc/meminfo": lambda: _memory(machine),
        "/proc/version": b"Linux version 6.6.0 (embedded cluster)\n",
        "/dev/termination-log": b"",
    }


def _hosts(machine: Machine) -> bytes:
    rows = [
        "# Kubernetes-managed hosts file.",
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost ip6-localhost ip6-loopback",
        "fe00::\tip6-localnet",
        "fe00::\tip6-mcastprefix",
        "fe00::1\tip6-allnodes",
        "fe00::2\tip6-allrouters",
        f"{machine.address}\t{machine.hostname}",
    ]
    if aliases := machine.pod["spec"].get("hostAliases"):
        rows += ["", "# Entries added by HostAliases."]
        rows += [f"{row['ip']}\t{chr(9).join(row.get('hostnames') or ())}" for row in aliases]
    return "\n".join([*rows, ""]).encode()


def _resolver(machine: Machine) -> bytes:
    if machine.pod["spec"].get("dnsPolicy") == "Default":
        return b"nameserver 192.0.2.53\n"
    return f"search {' '.join(machine.search)}\nnameserver {machine.nameserver}\n{_OPTIONS}".encode()


def _memory(machine: Machine) -> bytes:
    total = machine.capacity("memory", 16 * 1024 * 1024)
    rows = {"MemTotal": total, "MemFree": total // 5, "MemAvailable": total // 2}
    return "".join(f"{name + ':':<15}{size:9} kB\n" for name, size in rows.items()).encode()
