"""`:debug` as kubectl's flags are typed."""

import csv
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct, structs

from k8stui.model.duration import seconds
from k8stui.model.text import clean
from k8stui.operations.builders.debug_options import COPY, EPHEMERAL, NODE, Options
from k8stui.operations.builders.words import split
from k8stui.operations.building import UnableError

_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE: Final = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_SHORT: Final = MappingProxyType({"c": "container", "i": "stdin", "t": "tty", "n": "namespace", "q": "quiet"})
_NOT_HERE: Final = MappingProxyType(
    {
        "replace": "--replace is not offered: delete the pod yourself when its copy runs",
        "filename": "-f is not offered: name the object, or go to it",
        "rm": "--rm is not asked for here: a debug pod is removed when you leave it, unless you keep it",
        "dry-run": "--dry-run is not asked for here: the form shows the object and what the server says of it",
        "overrides": "--overrides is not offered: --custom (e) lays a partial container over the debug container",
        "privileged": "--privileged is not asked for here: the profile sysadmin is (--profile=sysadmin)",
        "restart": "--restart is not asked for here: a debug pod is never started again, a copy as its original",
        "serviceaccount": "--serviceaccount is not offered: it is the pod's, or its namespace's default",
    }
)
_PAIRS: Final = MappingProxyType({"env": "env", "limits": "limits", "requests": "requests", "set-image": "set_images"})
_TEXTS: Final = MappingProxyType(
    {
        "container": "container",
        "copy-to": "name",
        "image": "image",
        "image-pull-policy": "pull",
        "namespace": "namespace",
        "profile": "profile",
        "target": "target",
    }
)
_FLAGS: Final = MappingProxyType(
    {
        "host-network": "host_network",
        "leave-stdin-open": "leave_stdin_open",
        "same-node": "same_node",
        "share-processes": "share_processes",
        "stdin": "stdin",
        "tty": "tty",
        **{f"keep-{name}": f"keep_{name.replace('-', '_')}" for name in ("labels", "annotations", "liveness")},
        **{f"keep-{name}": f"keep_{name.replace('-', '_')}" for name in ("readiness", "startup", "init-containers")},
    }
)


class Typed(Struct, frozen=True):
    """What was typed."""

    options: Options
    targets: tuple[str, ...] = ()
    """What stands among the flags: `web-1`, `pod/web-1`, `node/worker-1`; () for what is under the cursor."""
    given: frozenset[str] = frozenset()
    """Fields of `options` that were typed; the others are those of the base."""
    attach: bool = True
    """Whether to attach to it; what was not typed follows stdin, as with kubectl."""
    custom_file: str = ""
    """The file that `--custom` names, to be read into `options.custom`; "": none."""


class _Words:
    """Words taken one after the other, as pflag takes them."""

    def __init__(self, words: Sequence[str]) -> None:
        self.left: Final = list(words)
        self.options: Final[dict[str, Any]] = {}
        self.targets: Final[list[str]] = []
        self.rest: tuple[str, ...] = ()
        self.attach: bool | None = None
        self.only_args = False
        self.file = ""

    def read(self) -> None:
        """All of them."""
        while self.left:
            word = self.left.pop(0)
            if word == "--":
                self.rest = tuple(self.left)
                self.left.clear()
            elif word.startswith("--"):
                name, equals, value = word[2:].partition("=")
                self.flag(name, value if equals else None)
            elif word.startswith("-") and len(word) > 1:
                self.letters(word[1:])
            else:
                self.targets.append(word)

    def letters(self, letters: str) -> None:
        """`it`, `cdebugger`, `c=debugger`: letters that take nothing may stand before one that takes the rest."""
        while letters:
            name = _SHORT.get(letters[0])
            if name is None and letters[0] == "f":
                raise UnableError(_NOT_HERE["filename"])
            if name is None:
                raise UnableError(f"There is no flag -{clean(letters[0])}: see :help debug")
            letters = letters[1:]
            if name in _TEXTS or letters.startswith("="):
                self.flag(name, letters.removeprefix("=") if letters else None)
                return
            self.flag(name, None)

    def flag(self, name: str, value: str | None) -> None:
        """One flag, with what follows `=`."""
        if name in _NOT_HERE:
            raise UnableError(_NOT_HERE[name])
        if name in _FLAGS:
            self.options[_FLAGS[name]] = _truth(name, value)
        elif name in _OTHERS:
            _OTHERS[name](self, value)
        elif name in _TEXTS:
            self.options[_TEXTS[name]] = self.text(name, value)
        elif name in _PAIRS:
            found = dict(self.options.get(_PAIRS[name], ()))
            self.options[_PAIRS[name]] = tuple((found | _pairs(name, self.text(name, value))).items())
        else:
            import difflib

            known = [*_FLAGS, *_TEXTS, *_PAIRS, *_OTHERS]
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean --{near[0]}?" if near else "kubectl debug has none such"
            raise UnableError(f"There is no flag --{clean(name, 60)}: {hint}")

    def text(self, name: str, value: str | None) -> str:
        """The value, or the next word where none stands in the same."""
        if value is not None:
            return value
        if not self.left:
            raise UnableError(f"--{name} needs a value: --{name}=...")
        return self.left.pop(0)

    def custom(self, value: str | None) -> None:
        """A file, or the partial container itself."""
        text = self.text("custom", value)
        if text.lstrip().startswith("{"):
            self.options["custom"] = text
        else:
            self.file = text

    def lifetime(self, value: str | None) -> None:
        """A time."""
        text = self.text("lifetime", value)
        try:
            self.options["lifetime"] = seconds(text)
        except ValueError:
            raise UnableError(f"'{clean(text, 40)}' is no lifetime: write it like 30m or 4h") from None

    def user(self, value: str | None) -> None:
        """A number."""
        text = self.text("user", value)
        if not text.isascii() or not text.isdecimal() or len(text) > 10:
            raise UnableError(f"'{clean(text, 40)}' is no user: write the number, like 1000")
        self.options["user"] = int(text)

    def attached(self, value: str | None) -> None:
        """Whether to attach."""
        self.attach = _truth("attach", value)

    def arguments(self, value: str | None) -> None:
        """What follows `--` are arguments."""
        self.only_args = _truth("arguments-only", value)

    def nothing(self, value: str | None) -> None:
        """Says nothing here."""


_OTHERS: Final[Mapping[str, Callable[[_Words, str | None], None]]] = MappingProxyType(
    {
        "arguments-only": _Words.arguments,
        "attach": _Words.attached,
        "custom": _Words.custom,
        "lifetime": _Words.lifetime,
        "quiet": _Words.nothing,
        "user": _Words.user,
    }
)


def parse(words: str | Sequence[str], base: Options | None = None) -> Typed:
    """The choice typed as `--image=busybox --target app --profile=restricted -- sh`.

    `--copy-to` makes it a copy, `node/x` a node's pod; else the mode is the base's. Besides kubectl's flags there are
    `--host-network`, `--lifetime=4h`, `--user=1000`, `--requests=cpu=50m,memory=64Mi` and `--limits`, and `--custom`
    may be the JSON itself.

    Args:
        words: what follows `:debug`; quotes as in a shell.
        base: what holds where nothing is typed.

    Raises UnableError with one sentence.
    """
    found = _Words(split(words))
    found.read()
    base = base or Options()
    given = found.options
    if found.rest:
        given |= {"command": (), "args": found.rest} if found.only_args else {"command": found.rest, "args": ()}
    nodes = [each for each in found.targets if each.partition("/")[0] in ("node", "nodes", "no") and "/" in each]
    if not given.get("name", "-"):
        del given["name"]  # an empty flag is one that was not typed
    if "name" in given and nodes:
        raise UnableError("--copy-to copies a pod, and a node is none: leave it out, or name the pod")
    if "name" in given:
        given["mode"] = COPY
    elif nodes:
        given["mode"] = NODE
    elif found.targets and base.mode != COPY:
        given["mode"] = EPHEMERAL
    options = structs.replace(base, **given)
    attach = options.stdin if found.attach is None else found.attach
    if found.attach and options.mode == COPY and not (options.image or options.container):
        raise UnableError("To attach, name a container of the copy (--container) or an image for a new one (--image)")
    return Typed(options, tuple(found.targets), frozenset(given), attach, found.file)


def _truth(name: str, value: str | None) -> bool:
    if value is None or value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise UnableError(f"--{name} is true or false, not '{clean(value, 40)}'")


def _pairs(name: str, text: str) -> dict[str, str]:
    """`A=b`, or several between commas (pflag's stringToString): after a single `=` a comma belongs to the value."""
    if text.count("=") == 1:
        rows = [text.strip('"')]
    else:
        try:
            rows = next(csv.reader([text]), [])
        except csv.Error:
            rows = [text]
    found = {}
    for row in rows:
        key, equals, value = row.partition("=")
        if not equals:
            quoted = f"; a value with = and , in quotes: '--{name}=\"A=b=c,d\"'" if text.count("=") > 1 else ""
            raise UnableError(f"'{clean(row, 80)}' says nothing: write --{name}=name=value{quoted}")
        found[key] = value
    return found


def pair(name: str, value: str) -> str:
    """One pair as `_pairs` reads it back: as it is with a single `=` in it, else quoted as a field of CSV."""
    text = f"{name}={value}"
    quoted = '"' + text.replace('"', '""') + '"'
    if text.count("=") > 1:
        return quoted if set(text) & set(',"\r\n') else text
    return text if text.strip('"') == text else f"{name}=,{quoted}"  # a single pair loses its outer quotes
