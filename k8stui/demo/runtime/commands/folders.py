"""Folders and what is in them: ls, mkdir, rm, find, cp, tar."""

import io
import tarfile
import time
from fnmatch import fnmatchcase
from posixpath import basename

from k8stui.demo.runtime.commands.options import options
from k8stui.demo.runtime.files import MISSING, READ_ONLY, File, FileProblem, normal
from k8stui.demo.runtime.shell.interpreter import Call, Program

_ARCHIVE = 8 * 1024 * 1024
"""Bytes of an archive that is read."""


async def ls(call: Call) -> int:
    """What is in a folder; -l, -a, -1, -d."""
    given = options(call.args)
    code = 0
    for name in given.rest or ["."]:
        path = call.path(name)
        file = call.machine.files.find(path)
        if file is None:
            code = await call.fail(f"{name}: {MISSING}")
            continue
        if len(given.rest) > 1 and file.directory:
            await call.say(f"{name}:")
        await _list(call, name, path, file, given.flags)
    return code


async def _list(call: Call, name: str, path: str, file: File, flags: set[str]) -> None:
    files = call.machine.files
    names = files.names(path) if file.directory and "d" not in flags else [name]
    if file.directory and "d" not in flags:
        names = [each for each in names if "a" in flags or "A" in flags or not each.startswith(".")]
        names = [".", "..", *names] if "a" in flags else names
    if "l" not in flags:
        await call.say(*names)
        return
    when = time.strftime("%b %e %H:%M", time.gmtime(call.machine.started()))
    for each in names:
        found = files.find(normal(each, path) if file.directory and "d" not in flags else path, follow=False) or File()
        mode = "l" if found.target else "d" if found.directory else "-"
        mode += "rwxr-xr-x" if found.executable or mode != "-" else "rw-r--r--"
        size = 4096 if found.directory else len(found.read())
        arrow = f" -> {found.target}" if found.target else ""
        await call.say(f"{mode}    1 {call.machine.user:8} {call.machine.user:8} {size:9} {when} {each}{arrow}")


async def mkdir(call: Call) -> int:
    """New folders; -p with those above."""
    given = options(call.args, "m")
    for name in given.rest:
        path = call.path(name)
        steps = [path]
        if "p" in given.flags:
            parts = path.strip("/").split("/")
            steps = ["/" + "/".join(parts[: at + 1]) for at in range(min(len(parts), 64))]
        for step in steps:
            if "p" in given.flags and call.machine.files.find(step) is not None:
                continue
            try:
                call.machine.files.make(step)
            except FileProblem as problem:
                return await call.fail(f"can't create directory '{name}': {problem}")
    return 0


async def touch(call: Call) -> int:
    """Make files that are not there yet."""
    for name in options(call.args).rest:
        try:
            call.machine.files.write(call.path(name), b"", append=True)
        except FileProblem as problem:
            return await call.fail(f"{name}: {problem}")
    return 0


async def rm(call: Call) -> int:
    """Remove; -r with all below, -f without complaint."""
    given = options(call.args)
    code = 0
    for name in given.rest:
        try:
            call.machine.files.remove(call.path(name), tree=bool(given.flags & {"r", "R"}))
        except FileProblem as problem:
            if "f" not in given.flags or str(problem) == READ_ONLY:
                code = await call.fail(f"can't remove '{name}': {problem}")
    return code


async def cp(call: Call) -> int:
    """Copy (or, called mv, move) one file."""
    given = options(call.args)
    if len(given.rest) != 2:
        return await call.fail("needs a source and a target", 2)
    source, target = (call.path(name) for name in given.rest)
    files = call.machine.files
    there = files.find(target)
    if there is not None and there.directory:
        target = normal(basename(source), target)
    try:
        files.write(target, files.read(source))
        if call.name == "mv":
            files.remove(source)
    except FileProblem as problem:
        return await call.fail(f"can't {'rename' if call.name == 'mv' else 'copy'} '{given.rest[0]}': {problem}")
    return 0


async def find(call: Call) -> int:
    """Everything below a folder; -name with a pattern, -type f or d."""
    places: list[str] = []
    left = list(call.args)
    while left and not left[0].startswith("-"):
        places.append(left.pop(0))
    asked = dict(zip(left[::2], left[1::2], strict=False))
    for name in places or ["."]:
        top = call.path(name)
        if call.machine.files.find(top) is None:
            return await call.fail(f"{name}: {MISSING}")
        for path in call.machine.files.below(top):
            file = call.machine.files.find(path) or File()
            fits = fnmatchcase(basename(path), asked.get("-name", "*"))
            if fits and asked.get("-type", "d" if file.directory else "f") == ("d" if file.directory else "f"):
                await call.say(name + path.removeprefix(top) if top != "/" else path)
    return 0


async def du(call: Call) -> int:
    """Bytes below folders."""
    given = options(call.args, "d")
    for name in given.rest or ["."]:
        files = (call.machine.files.find(path) or File() for path in call.machine.files.below(call.path(name)))
        size = sum(4096 if file.directory else len(file.read()) for file in files)
        await call.say(f"{size / 1024:.1f}K\t{name}" if "h" in given.flags else f"{-(-size // 1024)}\t{name}")
    return 0


async def stat(call: Call) -> int:
    """Size and kind."""
    for name in options(call.args, "c").rest:
        file = call.machine.files.find(call.path(name))
        if file is None:
            return await call.fail(f"can't stat '{name}': {MISSING}")
        kind = "directory" if file.directory else "regular file"
        await call.say(f"  File: {name}", f"  Size: {len(file.read()):<15} {kind}")
    return 0


async def tar(call: Call) -> int:
    """Archives by the pipe, which is how `kubectl cp` copies: `tar cf - FILE`, `tar xmf - -C FOLDER`."""
    args = list(call.args)
    if args and not args[0].startswith("-"):
        args[0] = "-" + args[0]
    given = options(args, "fCT", "strip-components")
    if "c" in given.flags:
        return await _pack(call, given.value("C") or "", given.rest)
    if given.flags & {"x", "t"}:
        return await _unpack(call, given.value("C") or ".", list_only="t" in given.flags)
    return await call.fail("You must specify one of the '-ctx' options", 2)


async def _pack(call: Call, folder: str, names: list[str]) -> int:
    into = io.BytesIO()
    files = call.machine.files
    with tarfile.open(fileobj=into, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name in names:
            top = normal(name, call.path(folder))
            if files.find(top) is None:
                return await call.fail(f"{name}: Cannot stat: {MISSING}", 2)
            for path in files.below(files.real(top)):
                file = files.find(path) or File()
                row = tarfile.TarInfo((name + path.removeprefix(files.real(top))).lstrip("/"))
                row.type = tarfile.DIRTYPE if file.directory else tarfile.REGTYPE
                row.mode, row.mtime = (0o755 if file.directory else 0o644), int(call.machine.started())
                row.size = 0 if file.directory else len(file.read())
                archive.addfile(row, io.BytesIO(file.read()))
    if any(name.startswith("/") for name in names):
        small = call.machine.image.shell == "busybox"
        await call.fail(
            "removing leading '/' from member names" if small else "Removing leading `/' from member names", 0
        )
    await call.streams.stdout.write(into.getvalue())
    return 0


async def _unpack(call: Call, folder: str, *, list_only: bool) -> int:
    data = bytearray()
    while len(data) < _ARCHIVE and (more := await call.streams.stdin.read()):
        data += more
    files = call.machine.files
    try:
        with tarfile.open(fileobj=io.BytesIO(bytes(data)), mode="r:") as archive:
            for row in archive:
                path = normal(row.name, call.path(folder))
                if list_only:
                    await call.say(row.name)
                elif row.isdir() and files.find(path) is None:
                    files.make(path)
                elif row.isfile() and (content := archive.extractfile(row)) is not None:
                    files.write(path, content.read(), executable=bool(row.mode & 0o111))
    except tarfile.TarError as error:
        return await call.fail(str(error), 2)
    except FileProblem as problem:
        return await call.fail(f"{path}: Cannot open: {problem}", 2)
    return 0


PROGRAMS: dict[str, Program] = {
    "mv": cp,
    **{each.__name__: each for each in (ls, mkdir, touch, rm, cp, find, du, stat, tar)},
}
