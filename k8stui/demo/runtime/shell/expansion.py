"""What the shell makes of a word: variables, outputs of commands, sums, names of files."""

import ast
import operator
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from k8stui.demo.runtime.files import FileProblem, normal
from k8stui.demo.runtime.shell.parse import parse
from k8stui.demo.runtime.shell.words import Piece, SyntaxProblem, Word

if TYPE_CHECKING:
    from k8stui.demo.runtime.shell.interpreter import Shell

_DEFAULT = re.compile(r"(\w+|[?$#@*!-])(:?)([-=+?])(.*)", re.DOTALL)
_SUMS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_WILD = re.compile(r"[*?\[]")
_HUGE = 1 << 63


async def expand(shell: "Shell", word: Word, *, split: bool) -> list[str]:
    """The fields that a word becomes; exactly one when it is not to be split."""
    fields: list[str] = []
    current, started, wild = "", False, False
    for piece in word:
        text = await _value(shell, piece)
        started = started or piece.quoted or bool(text)
        if piece.quoted or piece.kind == "text" or not split:
            wild = wild or (not piece.quoted and _WILD.search(text) is not None)
            current += text
            continue
        parts = text.split()
        if text[:1].isspace() and current:
            fields.append(current)
            current = ""
        for part in parts[:-1]:
            fields.append(current + part)
            current = ""
        current += parts[-1] if parts else ""
        if parts and text[-1:].isspace():
            fields.append(current)
            current = ""
        started = bool(current) or any(each.quoted for each in word)
    if not split:
        return [_home(shell, word, current)]
    if started and (current or not fields):
        fields += (wild and _matching(shell, current)) or [_home(shell, word, current)]
    return fields


def _home(shell: "Shell", word: Word, text: str) -> str:
    """`~` at the beginning."""
    if word and word[0].kind == "text" and not word[0].quoted and (text == "~" or text.startswith("~/")):
        return shell.variables.get("HOME", "/root") + text[1:]
    return text


async def _value(shell: "Shell", piece: Piece) -> str:
    if piece.kind == "text":
        return piece.text
    if piece.kind == "variable":
        return _variable(shell, piece.text)
    if piece.kind == "number":
        return str(_number(shell, piece.text))
    try:
        return await shell.output(parse(piece.text))
    except SyntaxProblem:
        return ""


def _variable(shell: "Shell", text: str) -> str:
    found = _DEFAULT.fullmatch(text)
    name = found[1] if found else text
    value = _plain(shell, name)
    if found is None:
        return value
    missing = not value if found[2] else (not value and name not in shell.variables)
    if found[3] == "+":
        return "" if missing else found[4]
    if missing and found[3] == "=":
        shell.variables[name] = found[4]
    return found[4] if missing else value


def _plain(shell: "Shell", name: str) -> str:
    special = {
        "?": str(shell.status),
        "$": str(shell.pid),
        "#": str(len(shell.positional)),
        "@": " ".join(shell.positional),
        "*": " ".join(shell.positional),
        "0": shell.name,
        "PWD": shell.folder,
        "!": "",
        "-": "",
    }
    if name in special:
        return special[name]
    if name.isdecimal():
        at = int(name) - 1
        return shell.positional[at] if at < len(shell.positional) else ""
    return shell.variables.get(name, "")


def _number(shell: "Shell", text: str) -> int:
    """A sum of integers; 0 for what is none."""
    filled = re.sub(r"\$?\b([A-Za-z_]\w*)\b", lambda found: shell.variables.get(found[1], "") or "0", text[:200])
    try:
        return _sum(ast.parse(filled.strip().replace("/", "//"), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return 0


def _sum(node: ast.expr) -> int:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_sum(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
        found = _SUMS[type(node.op)](_sum(node.left), _sum(node.right))
        return (found + _HUGE) % (2 * _HUGE) - _HUGE
    raise ValueError("not a sum")


def _matching(shell: "Shell", pattern: str) -> list[str]:
    """The files whose names fit; a pattern in the last part of a path only."""
    folder, slash, name = pattern.rpartition("/")
    try:
        names = shell.machine.files.names(normal(folder + slash, shell.folder) if slash else shell.folder)
    except FileProblem:
        return []
    fits = (each for each in names if fnmatchcase(each, name) and (name.startswith(".") or not each.startswith(".")))
    return [f"{folder}{slash}{each}" for each in fits]
