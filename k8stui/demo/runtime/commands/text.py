"""Files and lines: cat, head, tail, grep, wc, sort and their like."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import groupby

import regex

from k8stui.demo.runtime.commands.options import options
from k8stui.demo.runtime.files import FileProblem
from k8stui.demo.runtime.shell.interpreter import Call, Program
from k8stui.demo.runtime.shell.pipes import Input
from k8stui.demo.runtime.shell.redirects import opened

_MOST = 4 * 1024 * 1024
"""Bytes that a command keeps which must see the whole before it says anything."""
_PATIENCE = 0.2
"""Seconds for a pattern on one line."""


async def sources(call: Call, names: list[str]) -> AsyncIterator[tuple[str, Input]]:
    """The files named, or standard input; complains of those that cannot be read (and sets the status to 1)."""
    call.shell.status = 0
    for name in names or ["-"]:
        if name == "-":
            yield "", call.streams.stdin
            continue
        try:
            yield name, opened(call.shell, call.path(name))
        except FileProblem as problem:
            call.shell.status = 1
            await call.fail(f"{name}: {problem}" if call.name != "cat" else f"can't open '{name}': {problem}")


async def whole(call: Call, names: list[str]) -> bytes:
    """All of them in one piece, cut where it grows too long."""
    found = bytearray()
    async for _, source in sources(call, names):
        while len(found) < _MOST and (data := await source.read()):
            found += data
    return bytes(found)


async def cat(call: Call) -> int:
    """Copy files to the output."""
    given = options(call.args)
    number = 0
    async for _, source in sources(call, given.rest):
        if "n" in given.flags:
            while line := await source.line():
                number += 1
                await call.streams.stdout.write(f"{number:6}\t".encode() + line)
        else:
            while data := await source.read():
                await call.streams.stdout.write(data)
    return call.shell.status


async def head(call: Call) -> int:
    """The first lines, or bytes."""
    given = options(call.args, "nc", "lines bytes")
    try:
        size = int(given.number("c", "bytes", otherwise=-1))
        count = int(given.number("n", "lines", otherwise=10))
    except ValueError:
        return await call.fail("invalid number")
    async for name, source in sources(call, given.rest):
        if len(given.rest) > 1:
            await call.say(f"==> {name} <==")
        if size >= 0:
            await _bytes(call, source, size)
            continue
        for _ in range(count):
            if not (line := await source.line()):
                break
            await call.streams.stdout.write(line)
    return call.shell.status


async def _bytes(call: Call, source: Input, size: int) -> None:
    while size and (data := await source.read(min(size, 32768))):
        size -= len(data)
        await call.streams.stdout.write(data)


async def tail(call: Call) -> int:
    """The last lines; -f waits for more, which never come in a file here."""
    given = options(call.args, "nc", "lines bytes")
    text = given.value("n", "lines") or "10"
    if not text.lstrip("+-").isdecimal():
        return await call.fail(f"invalid number '{text}'")
    data = await whole(call, given.rest)
    lines = data.splitlines(keepends=True)
    count = int(text.lstrip("+-"))
    kept = lines[max(count - 1, 0) :] if text.startswith("+") else lines[-count:] if count else []
    await call.streams.stdout.write(data[-int(given.value("c") or 0) :] if given.value("c") else b"".join(kept))
    if given.flags & {"f", "F"} and given.rest:
        await asyncio.Event().wait()
    return call.shell.status


async def grep(call: Call) -> int:
    """Lines that hold a pattern."""
    given = options(call.args, "eABCm", "regexp context max-count")
    patterns = given.values.get("e") or given.values.get("regexp") or given.rest[:1]
    rest = given.rest if "e" in given.values or "regexp" in given.values else given.rest[1:]
    if not patterns:
        return await call.fail("usage: grep [-Hhnlivwcqo] PATTERN [FILE]...", 2)
    wanted = "|".join(re.escape(each) if "F" in given.flags else _pattern(each, given.flags) for each in patterns)
    hits = 0
    try:
        found = regex.compile(wanted.encode(), regex.IGNORECASE if "i" in given.flags else 0)
        async for name, source in sources(call, rest):
            prefix = f"{name}:" if len(rest) > 1 and "h" not in given.flags else ""
            hits += await _matches(call, source, found, given.flags, prefix)
    except regex.error:
        return await call.fail("bad regex", 2)
    except TimeoutError:  # a pattern made to take for ever must not hold up the server
        return await call.fail("this pattern takes too long", 2)
    return call.shell.status * 2 if call.shell.status else int(not hits)


def _pattern(text: str, flags: set[str]) -> str:
    if "E" not in flags and "P" not in flags:  # basic patterns: \| and \( mean what | and ( mean elsewhere
        text = re.sub(r"\\?[|+?(){}]", lambda each: each[0][1:] if len(each[0]) == 2 else "\\" + each[0], text)
    return rf"\b(?:{text})\b" if "w" in flags else text


async def _matches(call: Call, source: Input, found: "regex.Pattern[bytes]", flags: set[str], prefix: str) -> int:
    hits = number = 0
    while line := await source.line():
        number += 1
        match = found.search(line[:10_000].rstrip(b"\n"), timeout=_PATIENCE)
        if (match is None) is ("v" not in flags):
            continue
        hits += 1
        if flags & {"q", "c", "l"}:
            continue
        shown = match[0] if match and "o" in flags else line.rstrip(b"\n")
        where = prefix + (f"{number}:" if "n" in flags else "")
        await call.streams.stdout.write(where.encode() + shown + b"\n")
    if "c" in flags:
        await call.say(f"{prefix}{hits}")
    elif "l" in flags and hits and "q" not in flags:
        await call.say(prefix.rstrip(":") or "(standard input)")
    return hits


async def wc(call: Call) -> int:
    """Lines, words, bytes."""
    given = options(call.args)
    async for name, source in sources(call, given.rest):
        lines = words = size = 0
        while data := await source.line():
            lines, words, size = lines + data.endswith(b"\n"), words + len(data.split()), size + len(data)
        counts = {"l": lines, "w": words, "c": size}
        shown = [counts[key] for key in counts if key in given.flags] or list(counts.values())
        text = str(shown[0]) if len(shown) == 1 else "".join(f"{count:9}" for count in shown)
        await call.say(f"{text} {name}".rstrip())
    return call.shell.status


async def sort(call: Call) -> int:
    """Lines in order."""
    given = options(call.args, "kt")
    lines = (await whole(call, given.rest)).decode(errors="replace").splitlines()
    column = given.value("k") or ""
    at = int(column.partition(",")[0]) - 1 if column.partition(",")[0].isdecimal() else -1

    def key(line: str) -> tuple[float, str]:
        parts = line.split(given.value("t"))
        text = parts[at] if 0 <= at < len(parts) else line
        number = re.match(r"\s*-?\d+(\.\d+)?", text)
        return (float(number[0]) if number and "n" in given.flags else 0.0, text)

    lines.sort(key=key, reverse="r" in given.flags)
    return await call.say(*(dict.fromkeys(lines) if "u" in given.flags else lines))


async def uniq(call: Call) -> int:
    """Lines without those that repeat the one before."""
    given = options(call.args)
    lines = (await whole(call, given.rest)).decode(errors="replace").splitlines()
    runs = [(line, len(list(group))) for line, group in groupby(lines)]
    return await call.say(*(f"{count:7} {line}" if "c" in given.flags else line for line, count in runs))


async def cut(call: Call) -> int:
    """Fields of lines."""
    given = options(call.args, "dfc")
    asked = [int(part) - 1 for part in (given.value("f") or given.value("c") or "1").split(",") if part.isdecimal()]
    mark = given.value("d") or "\t"
    async for _, source in sources(call, given.rest):
        while line := await source.line():
            text = line.decode(errors="replace").rstrip("\n")
            parts = list(text) if given.value("c") else text.split(mark)
            joint = "" if given.value("c") else mark
            await call.say(joint.join(parts[at] for at in asked if at < len(parts)) if len(parts) > 1 else text)
    return call.shell.status


async def tr(call: Call) -> int:
    """Other characters for some."""
    given = options(call.args)
    data = (await whole(call, [])).decode(errors="replace")
    old, new = ([*given.rest, "", ""])[:2]
    old, new = (text.replace("\\n", "\n").replace("\\0", "\0").replace("\\t", "\t") for text in (old, new))
    old, new = (re.sub(r"(.)-(.)", lambda each: _range(each[1], each[2]), text) for text in (old, new))
    table = {
        ord(char): (None if "d" in given.flags else (new[at] if at < len(new) else new[-1:]))
        for at, char in enumerate(old)
    }
    await call.streams.stdout.write(data.translate(table).encode())
    return 0


def _range(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), min(ord(last), ord(first) + 255) + 1)))


async def tee(call: Call) -> int:
    """The input to the output, and into files."""
    given = options(call.args)
    for name in given.rest:
        with suppress(FileProblem):
            call.machine.files.write(call.path(name), b"", append="a" in given.flags)
    while data := await call.streams.stdin.read():
        await call.streams.stdout.write(data)
        for name in given.rest:
            try:
                call.machine.files.write(call.path(name), data, append=True)
            except FileProblem as problem:
                return await call.fail(f"{name}: {problem}")
    return 0


async def seq(call: Call) -> int:
    """Numbers in a row."""
    if not call.args or not all(arg.lstrip("-").isdecimal() for arg in call.args):
        return await call.fail("needs whole numbers")
    numbers = [int(arg) for arg in call.args]
    first, last = (1, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[-1])
    for number in range(first, last + 1, max(numbers[1], 1) if len(numbers) > 2 else 1):
        await call.say(str(number))
        await asyncio.sleep(0)
    return 0


async def yes(call: Call) -> int:
    """The same word without end."""
    line = f"{' '.join(call.args) or 'y'}\n".encode()
    block = line * max(16384 // len(line), 1)
    while True:
        await call.streams.stdout.write(block)
        await asyncio.sleep(0.001)


PROGRAMS: dict[str, Program] = {
    each.__name__: each for each in (cat, head, tail, grep, wc, sort, uniq, cut, tr, tee, seq, yes)
}
