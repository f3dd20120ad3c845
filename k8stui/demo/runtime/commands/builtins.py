"""What the shell itself has."""

from k8stui.demo.runtime.commands import basics
from k8stui.demo.runtime.files import FileProblem, normal
from k8stui.demo.runtime.shell.interpreter import Call, Exit, Program
from k8stui.demo.runtime.shell.parse import parse
from k8stui.demo.runtime.shell.words import SyntaxProblem


async def cd(call: Call) -> int:
    """Change the folder."""
    shell = call.shell
    target = call.args[0] if call.args else shell.variables.get("HOME", "/root")
    target = shell.variables.get("OLDPWD", shell.folder) if target == "-" else target
    path = normal(target, shell.folder)
    file = call.machine.files.find(path)
    if file is None or not file.directory:
        return await shell.complain(f"cd: can't cd to {target}: No such file or directory", call.streams) + 1
    shell.variables["OLDPWD"] = shell.folder
    shell.folder = path
    return 0


async def leave(call: Call) -> int:
    """`exit N`, `return N`."""
    text = call.args[0] if call.args else str(call.shell.status)
    raise Exit(int(text) % 256 if text.lstrip("-").isdecimal() else 2)


async def export(call: Call) -> int:
    """Set and pass on."""
    for arg in call.args:
        name, equals, value = arg.partition("=")
        if equals:
            call.shell.variables[name] = value
        call.shell.exported.add(name)
    if not call.args or call.args == ["-p"]:
        return await call.say(*(f"export {name}='{call.shell.variables.get(name, '')}'" for name in _exported(call)))
    return 0


def _exported(call: Call) -> list[str]:
    return sorted(name for name in call.shell.exported if name in call.shell.variables)


async def unset(call: Call) -> int:
    """Forget variables."""
    for name in call.args:
        call.shell.variables.pop(name, None)
        call.shell.exported.discard(name)
    return 0


async def options(call: Call) -> int:
    """`set -e` and its like change nothing here; `set a b` gives arguments; `set` lists what is set."""
    if not call.args:
        return await call.say(*(f"{name}='{value}'" for name, value in sorted(call.shell.variables.items())))
    if call.args[0] == "--":
        call.shell.positional = call.args[1:]
    return 0


async def shift(call: Call) -> int:
    """Drop the first argument."""
    call.shell.positional = call.shell.positional[1:]
    return 0


async def read(call: Call) -> int:
    """A line into variables."""
    names = [arg for arg in call.args if not arg.startswith("-")] or ["REPLY"]
    line = await call.streams.stdin.line()
    parts = line.decode(errors="replace").strip().split(None, len(names) - 1)
    for number, name in enumerate(names):
        call.shell.variables[name] = parts[number] if number < len(parts) else ""
    return 0 if line else 1


async def become(call: Call) -> int:
    """`exec x`: run it and end with its status."""
    if not call.args:
        return 0
    raise Exit(await _run(call, call.args))


async def command(call: Call) -> int:
    """`command -v x` says what x is, `command x` runs it."""
    if call.args[:1] in (["-v"], ["-V"]):
        return await basics.where(Call(call.args[1:], "command", call.shell, call.streams))
    return await _run(call, call.args) if call.args else 0


async def _run(call: Call, words: list[str]) -> int:
    program = call.shell.program(words[0])
    if program is None:
        await call.shell.complain(f"{call.name}: {words[0]}: not found", call.streams)
        return 127
    return await program(Call(words[1:], words[0], call.shell, call.streams))


async def kind(call: Call) -> int:
    """`type x`."""
    code = 0
    for name in call.args:
        if name in call.shell.table.builtins:
            await call.say(f"{name} is a shell builtin")
        elif call.shell.program(name) is not None:
            await call.say(f"{name} is /bin/{name}")
        else:
            await call.say(f"{name}: not found")
            code = 127
    return code


async def evaluate(call: Call) -> int:
    """Run the words as a line."""
    return await _script(call, " ".join(call.args))


async def source(call: Call) -> int:
    """Run a file's lines in this shell."""
    try:
        text = call.machine.files.read(call.path(call.args[0])).decode(errors="replace") if call.args else ""
    except FileProblem:
        return await call.shell.complain(f".: can't open '{call.args[0]}'", call.streams) + 1
    return await _script(call, text)


async def _script(call: Call, text: str) -> int:
    shell = call.shell
    shell.depth += 1
    try:
        if shell.depth > 16:
            raise Exit(2)
        return await shell.run(parse(text), call.streams)
    except SyntaxProblem as problem:
        return await shell.complain(f"syntax error: {problem}", call.streams) + 1
    finally:
        shell.depth -= 1


BUILTINS: dict[str, Program] = basics.PROGRAMS | {
    **dict.fromkeys((":", "alias", "jobs", "trap", "ulimit", "umask", "wait"), basics.nothing),
    ".": source,
    "cd": cd,
    "command": command,
    "eval": evaluate,
    "exec": become,
    "exit": leave,
    "export": export,
    "read": read,
    "return": leave,
    "set": options,
    "shift": shift,
    "type": kind,
    "unset": unset,
}
"""By name. What `basics` has, the shell has too, whatever the image lacks."""
