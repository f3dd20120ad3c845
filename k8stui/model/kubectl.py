"""What is on the screen as a kubectl command, for a colleague or a runbook."""

import shlex
from collections.abc import Sequence

from k8stui.model.kinds import PODS, Kind, Ref


def command(*words: str, context: str = "", namespace: str = "") -> str:
    """A command line, quoted for a shell: `kubectl --context prod -n shop get pods`."""
    start = ["kubectl", *(["--context", context] if context else []), *(["-n", namespace] if namespace else [])]
    return shell(*start, *words)


def shell(*words: str) -> str:
    """Words quoted for a shell, in one line."""
    return " ".join(_quoted(word) for word in words)


def for_object(ref: Ref, context: str) -> list[str]:
    """The commands that show an object, the most asked for first."""
    name = named(ref)
    verbs: list[Sequence[str]] = [("describe", name), ("get", name, "-o", "yaml")]
    if ref.kind.resource == PODS.resource:
        verbs += [("logs", ref.name, "--all-containers", "--timestamps"), ("logs", ref.name, "--previous")]
    verbs.append(("events", "--for", name))
    return [command(*verb, context=context, namespace=ref.namespace) for verb in verbs]


def for_list(kind: Kind, namespace: str | None, context: str, *, labels: str = "", fields: str = "") -> str:
    """The command that lists what a view shows; `labels` and `fields` as kubectl takes them."""
    words = ["get", kind.resource, "-o", "wide"]
    if kind.namespaced and namespace is None:
        words.append("-A")
    words += [*(("-l", labels) if labels else ()), *(("--field-selector", fields) if fields else ())]
    return command(*words, context=context, namespace=namespace or "" if kind.namespaced else "")


def named(ref: Ref) -> str:
    """`pod/p1`, `deployment.apps/web`: an object as kubectl takes and prints it."""
    return f"{typed(ref.kind)}/{ref.name}"


def about(ref: Ref) -> str:
    """`deployment shop/web`, `node worker-3`: an object as questions and the journal name it."""
    return f"{ref.kind.singular or ref.kind.plural} {ref}"


def quoted(ref: Ref) -> str:
    """`deployments.apps "web"`: an object as kubectl's errors name it."""
    return f'{ref.kind.resource} "{ref.name}"'


def typed(kind: Kind) -> str:
    """`pod`, `deployment.apps`: without ambiguity."""
    name = kind.singular or kind.plural
    return f"{name}.{kind.group}" if kind.group else name


def _quoted(word: str) -> str:
    """A word quoted for a shell, in one line: what does not print is written out, as bash reads it (`$'a\\nb'`)."""
    if word.isprintable():
        return shlex.quote(word)
    written = "".join(each if each.isprintable() and each not in "\\'" else _escape(each) for each in word)
    return f"$'{written}'"


def _escape(char: str) -> str:
    code = ord(char)
    if char in "\\'":
        return f"\\{char}"
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
