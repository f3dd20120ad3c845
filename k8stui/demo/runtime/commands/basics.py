"""The smallest programs, which the shell has in itself too: echo, printf, test, kill, true."""

import re

from k8stui.demo.runtime.shell.interpreter import Call, Killed, Program

SIGNALS = {"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "SEGV": 11, "USR2": 12, "TERM": 15}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "e": "\x1b", "0": "\0", "b": "\b"}


async def nothing(call: Call) -> int:
    """Done, and well."""
    return 0


async def false(call: Call) -> int:
    """Done, and not well."""
    return 1


async def echo(call: Call) -> int:
    """Say the words; -n without a line end, -e with escapes."""
    args = list(call.args)
    flags = ""
    while args and re.fullmatch(r"-[neE]+", args[0]):
        flags += args.pop(0)[1:]
    text = " ".join(args)
    if "e" in flags:
        text = _unescaped(text)
    await call.streams.stdout.write((text + ("" if "n" in flags else "\n")).encode())
    return 0


async def printf(call: Call) -> int:
    """Formatted words: %s %d %%."""
    if not call.args:
        return await call.fail("usage: printf FORMAT [ARG]...", 2)
    form, left = _unescaped(call.args[0]), call.args[1:]
    text = ""
    while True:
        text += re.sub(r"%(-?\d*)([sd%])", lambda found: _formatted(found, left), form)
        if not left or "%" not in form:
            break
    await call.streams.stdout.write(text.encode())
    return 0


def _formatted(found: re.Match[str], left: list[str]) -> str:
    if found[2] == "%":
        return "%"
    text = left.pop(0) if left else ("" if found[2] == "s" else "0")
    width = min(abs(int(found[1])) if found[1].lstrip("-") else 0, 1000)
    return text.ljust(width) if found[1].startswith("-") else text.rjust(width)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text)


async def pwd(call: Call) -> int:
    """The folder."""
    return await call.say(call.shell.folder)


async def kill(call: Call) -> int:
    """A signal to a process: to the shell itself, or to the container's main one."""
    args = list(call.args)
    if args[:1] == ["-l"]:
        return await call.say(" ".join(SIGNALS))
    number = 15
    if args and args[0].startswith("-"):
        word = args.pop(0)
        word = args.pop(0) if word == "-s" and args else word[1:]
        number = int(word) if word.isdecimal() else SIGNALS.get(word.upper().removeprefix("SIG"), -1)
        if number < 0:
            return await call.shell.complain(f"kill: bad signal name '{word}'", call.streams)
    return max([await _signal(call, pid, number) for pid in args], default=2)


async def _signal(call: Call, pid: str, number: int) -> int:
    if pid == str(call.shell.pid) and number:
        raise Killed(number)
    row = next((row for row in call.machine.processes() if str(row.pid) == pid), None)
    if row is None:
        return await call.shell.complain(f"kill: can't kill pid {pid}: No such process", call.streams)
    if number and row.container:
        call.machine.containers.signal(call.machine.pod, row.container, number)
    return 0


async def test(call: Call) -> int:
    """`test` and `[`: files, strings, numbers, and `!` before."""
    args = list(call.args)
    if call.name == "[":
        if args[-1:] != ["]"]:
            return await call.fail("missing ]", 2)
        args.pop()
    for joint, every in (("-o", any), ("-a", all)):
        if joint in args[1:-1]:
            at = args.index(joint)
            return int(not every(_true(call, half) for half in (args[:at], args[at + 1 :])))
    return int(not _true(call, args))


def _true(call: Call, args: list[str]) -> bool:
    if args[:1] == ["!"]:
        return not _true(call, args[1:])
    if len(args) == 3:
        return _compared(args[0], args[1], args[2])
    if len(args) == 2:
        if args[0] in ("-n", "-z"):
            return bool(args[1]) is (args[0] == "-n")
        file = call.machine.files.find(call.path(args[1]))
        if file is None:
            return False
        checks = {"-f": not file.directory, "-d": file.directory, "-L": bool(file.target), "-s": bool(file.read())}
        checks |= {"-e": True, "-r": True, "-w": True, "-x": file.executable or file.directory}
        return checks.get(args[0], False)
    return bool(args and args[0])


def _compared(left: str, how: str, right: str) -> bool:
    if how in ("=", "==", "!="):
        return (left == right) is (how != "!=")
    try:
        difference = int(left) - int(right)
    except ValueError:
        return False
    rules = {"-eq": difference == 0, "-ne": difference != 0, "-lt": difference < 0, "-le": difference <= 0}
    return (rules | {"-gt": difference > 0, "-ge": difference >= 0}).get(how, False)


async def where(call: Call) -> int:
    """Which program a name means: `which`, `command -v`."""
    code = 0
    for name in call.args:
        if call.name == "command" and name in call.shell.table.builtins and name not in call.machine.programs:
            await call.say(name)
        elif call.shell.program(name) is None or (call.name != "command" and name not in call.machine.programs):
            code = 127 if call.name == "command" else 1
        else:
            await call.say(name if "/" in name else f"/bin/{name}")
    return code


PROGRAMS: dict[str, Program] = {
    "[": test,
    "echo": echo,
    "false": false,
    "kill": kill,
    "printf": printf,
    "pwd": pwd,
    "test": test,
    "true": nothing,
}
