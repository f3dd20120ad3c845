"""Who, where, when, and what runs: env, ps, df, id, hostname, date, top."""

import asyncio
import shlex
import time

from k8stui.demo.runtime.commands.basics import where
from k8stui.demo.runtime.commands.options import options
from k8stui.demo.runtime.machine import Process
from k8stui.demo.runtime.shell.interpreter import Call, Program

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


async def env(call: Call) -> int:
    """The environment; or a command with more of it."""
    shell = call.shell
    left = list(call.args)
    given = {}
    while left and "=" in left[0]:
        name, _, value = left.pop(0).partition("=")
        given[name] = value
    if left:
        child = shell.fork(call.streams)
        child.variables |= given
        child.exported |= given.keys()
        program = child.program(left[0])
        if program is None:
            return await call.fail(f"can't execute '{left[0]}': No such file or directory", 127)
        return await program(Call(left[1:], left[0], child, call.streams))
    names = [name for name in shell.variables if name in shell.exported]
    rows = {name: shell.variables[name] for name in names} | {"PWD": shell.folder} | given
    return await call.say(*(f"{name}={value}" for name, value in rows.items()))


async def printenv(call: Call) -> int:
    """One variable, or all."""
    if not call.args:
        return await env(call)
    found = [
        call.shell.variables[name] for name in call.args if name in call.shell.exported & call.shell.variables.keys()
    ]
    await call.say(*found)
    return int(len(found) < len(call.args))


async def ps(call: Call) -> int:
    """What runs here: the container's own process, and others where the pod shares them."""
    machine = call.machine
    words = " ".join(["ps", *call.args])
    rows = machine.processes()
    if all(row.pid != call.shell.pid for row in rows):
        rows.append(Process(call.shell.pid, machine.user, (call.shell.name,)))
    rows.append(Process(call.shell.pid + 1, machine.user, (words,)))
    letters = "".join(call.args).replace("-", "")
    if machine.image.shell == "busybox" and not set(letters) & set("au"):
        await call.say("PID   USER     TIME  COMMAND")
        return await call.say(*(f"{row.pid:5} {row.user:8}  0:00 {' '.join(row.command)}" for row in rows))
    began = time.strftime("%H:%M", time.gmtime(machine.started()))
    if "u" in letters:
        await call.say("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND")
        shown = "{0.user:8} {0.pid:7}  0.0  0.1  11432  6120 ?        Ss   {1}   0:00 {2}"
        return await call.say(*(shown.format(row, began, " ".join(row.command)) for row in rows))
    if set(letters) & set("eAf"):
        await call.say("UID          PID    PPID  C STIME TTY          TIME CMD")
        shown = "{0.user:8} {0.pid:7}       0  0 {1} ?        00:00:00 {2}"
        return await call.say(*(shown.format(row, began, " ".join(row.command)) for row in rows))
    await call.say("    PID TTY          TIME CMD")
    return await call.say(*(f"{row.pid:7} ?        00:00:00 {row.command[0].partition(' ')[0]}" for row in rows))


async def top(call: Call) -> int:
    """`top -b` once; without -b every two seconds until it is stopped."""
    given = options(call.args, "nd")
    rounds = int(given.number("n", otherwise=1 if "b" in given.flags else 100_000))
    for number in range(rounds):
        if number:
            await asyncio.sleep(max(given.number("d", otherwise=2), 0.1))
        clear = "" if "b" in given.flags else "\x1b[H\x1b[J"
        now = time.strftime("%H:%M:%S", time.gmtime(call.machine.clock.now()))
        await call.say(f"{clear}top - {now}  load average: 0.42, 0.38, 0.35", "  PID USER      %CPU  COMMAND")
        for row in call.machine.processes():
            await call.say(f"{row.pid:5} {row.user:8}   0.3  {' '.join(row.command)}")
    return 0


async def df(call: Call) -> int:
    """The file systems and how full they are."""
    given = options(call.args, "t")
    human = "h" in given.flags
    await call.say(f"Filesystem           {'     Size' if human else '1K-blocks'}      Used Available Use% Mounted on")
    wanted = [call.path(name) for name in given.rest]
    for disk in call.machine.disks():
        if wanted and disk.path not in wanted:
            continue
        sizes = (disk.size, disk.used, disk.size - disk.used)
        cells = [_human(size) if human else str(size) for size in sizes]
        share = -(-100 * disk.used // disk.size) if disk.size else 0
        await call.say(f"{disk.device:20} {cells[0]:>9} {cells[1]:>9} {cells[2]:>9} {share:3}% {disk.path}")
    return 0


def _human(kib: int) -> str:
    size = float(kib)
    for unit in "KMGT":
        if size < 1000 or unit == "T":
            return f"{size:.1f}{unit}" if 0 < size < 10 else f"{size:.0f}{unit}" if size else "0"
        size /= 1024
    return ""


async def mount(call: Call) -> int:
    """What is mounted where."""
    kinds = {"overlay": "overlay", "tmpfs": "tmpfs", "shm": "tmpfs"}
    rows = call.machine.disks()
    return await call.say(
        *(f"{row.device} on {row.path} type {kinds.get(row.device, 'ext4')} (rw,relatime)" for row in rows)
    )


async def free(call: Call) -> int:
    """Memory of the node."""
    text = call.machine.files.read("/proc/meminfo").decode()
    rows = {line.split()[0].rstrip(":"): int(line.split()[1]) for line in text.splitlines()}
    divisor = 1024 if "m" in options(call.args).flags else 1
    total, spare = rows["MemTotal"] // divisor, rows["MemFree"] // divisor
    available = rows["MemAvailable"] // divisor
    await call.say("              total        used        free      shared  buff/cache   available")
    used, cache = total - available, available - spare
    return await call.say(f"Mem:   {total:12}{used:12}{spare:12}{0:12}{cache:12}{available:12}")


async def hostname(call: Call) -> int:
    """The pod's name; -i its address."""
    if "i" in options(call.args).flags or "I" in options(call.args).flags:
        return await call.say(call.machine.address)
    return await call.say(call.machine.hostname)


async def identity(call: Call) -> int:
    """User and group."""
    machine = call.machine
    names = ["(root)" if number == 0 and machine.image.release else "" for number in (machine.uid, machine.gid)]
    if "u" in options(call.args).flags:
        return await call.say(machine.user if "n" in options(call.args).flags else str(machine.uid))
    group = f"{machine.gid}{names[1]}"
    return await call.say(f"uid={machine.uid}{names[0]} gid={group} groups={group}")


async def whoami(call: Call) -> int:
    """The user's name."""
    if call.machine.uid:
        return await call.fail(f"unknown uid {call.machine.uid}")
    return await call.say("root")


async def uname(call: Call) -> int:
    """The kernel."""
    info = (call.machine.node.get("status") or {}).get("nodeInfo") or {}
    kernel, machine = (
        info.get("kernelVersion", "6.6.0"),
        {"arm64": "aarch64"}.get(info.get("architecture", ""), "x86_64"),
    )
    cells = {"s": "Linux", "n": call.machine.hostname, "r": kernel, "v": "#1 SMP", "m": machine, "o": "GNU/Linux"}
    flags = options(call.args).flags
    flags = set(cells) if "a" in flags else flags or {"s"}
    return await call.say(" ".join(value for key, value in cells.items() if key in flags))


async def date(call: Call) -> int:
    """The cluster's time in UTC; `+FORMAT`."""
    form = next((arg[1:] for arg in call.args if arg.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    now = call.machine.clock.now()
    return await call.say(time.strftime(form.replace("%s", str(int(now))).replace("%N", "0" * 9), time.gmtime(now)))


async def uptime(call: Call) -> int:
    """Since when the container runs."""
    minutes = max(int(call.machine.clock.now() - call.machine.started()) // 60, 0)
    now = time.strftime("%H:%M:%S", time.gmtime(call.machine.clock.now()))
    length = f"{minutes // 1440} days, " if minutes >= 1440 else ""
    return await call.say(f" {now} up {length}{minutes // 60 % 24}:{minutes % 60:02},  load average: 0.42, 0.38, 0.35")


async def sleep(call: Call) -> int:
    """Real seconds: whoever types it waits for them."""
    try:
        seconds = sum(float(arg.rstrip("smhd")) * _UNITS.get(arg[-1:], 1) for arg in call.args)
    except ValueError:
        return await call.fail(f"invalid number '{call.args[0]}'")
    await asyncio.sleep(min(max(seconds, 0), 1e8))
    return 0


async def timeout(call: Call) -> int:
    """A command for so many seconds at most."""
    given = list(call.args)
    text = given.pop(0) if given else ""
    program = call.shell.program(given[0]) if given else None
    if program is None or not text.rstrip("smhd").replace(".", "").isdecimal():
        return await call.fail("usage: timeout SECS PROG ARGS", 125)
    try:
        async with asyncio.timeout(float(text.rstrip("smhd")) * _UNITS.get(text[-1:], 1)):
            return await program(Call(given[1:], given[0], call.shell, call.streams))
    except TimeoutError:
        return 143 if call.machine.image.shell == "busybox" else 124


async def clear(call: Call) -> int:
    """An empty screen."""
    await call.streams.stdout.write(b"\x1b[H\x1b[J")
    return 0


async def stty(call: Call) -> int:
    """`stty size`."""
    if call.shell.terminal is None:
        return await call.fail("standard input: Not a tty")
    columns, lines = call.shell.terminal.size
    return await call.say(f"{lines} {columns}") if call.args == ["size"] else 0


async def tty(call: Call) -> int:
    """Whether there is a terminal."""
    return await call.say("/dev/pts/0") if call.shell.terminal else await call.say("not a tty") + 1


async def xargs(call: Call) -> int:
    """A command with the words of the input as its arguments."""
    given = options(call.args[:2], "n") if call.args[:1] == ["-n"] else None
    words = call.args[2:] if given else call.args
    step = int(given.number("n", otherwise=1)) if given else 1000
    data = bytearray()
    while len(data) < 65536 and (more := await call.streams.stdin.read()):
        data += more
    try:
        found = shlex.split(data.decode(errors="replace"))
    except ValueError:
        return await call.fail("unmatched quote")
    name = words[0] if words else "echo"
    program = call.shell.program(name)
    if program is None:
        return await call.fail(f"{name}: No such file or directory", 127)
    code = 0
    for at in range(0, len(found) or 1, max(step, 1)):
        code = await program(Call([*words[1:], *found[at : at + max(step, 1)]], name, call.shell, call.streams)) or code
    return code and 123


_NAMED = (clear, date, df, env, free, hostname, mount, printenv, ps, sleep, stty, timeout, top, tty, uname, uptime)
PROGRAMS: dict[str, Program] = {
    "id": identity,
    "which": where,
    "whoami": whoami,
    "xargs": xargs,
    **{each.__name__: each for each in _NAMED},
}
