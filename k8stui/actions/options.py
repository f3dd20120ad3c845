"""What is typed behind an action's name: words and options, as a shell and kubectl take them."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from k8stui.model.words import split


class Options(Struct, frozen=True):
    """Words in their order, and options by their long name."""

    words: tuple[str, ...] = ()
    values: Mapping[str, str] = {}
    switches: frozenset[str] = frozenset()


def options(
    typed: str,
    values: Mapping[str, str] | None = None,
    switches: Sequence[str] = (),
    *,
    words: bool = True,
) -> Options:
    """The options among the words typed: `--min 2`, `--min=2`, `-c web`, `--now`; all else stays a word.

    Args:
        typed: the line; quotes hold words together.
        values: long names by how they may be typed, of options that take a value.
        switches: options that take none; `--now=true` is allowed.
        words: whether other words may stand there.

    Raises ValueError with one sentence: an unknown option, a value that is missing or given twice, a word too many, a
    quote that is not closed.
    """
    known, given = values or {}, split(typed)
    rest: list[str] = []
    found: dict[str, str] = {}
    on: set[str] = set()
    while given:
        word = given.pop(0)
        name, equals, value = word.partition("=")
        if name in known:
            if not equals and not given:
                raise ValueError(f"{name} needs a value: write it like {name}=VALUE")
            if known[name] in found:
                raise ValueError(f"{name} is given twice: leave one of them out")
            found[known[name]] = value if equals else given.pop(0)
        elif name in switches:
            if equals and value not in ("true", "false"):
                raise ValueError(f"{name} takes no value: write {name} alone")
            on |= {name} if value != "false" else set()
        elif word.startswith("--") or not words:
            raise ValueError(_unknown(word, [*known, *switches], words=words))
        else:
            rest.append(word)
    return Options(tuple(rest), found, frozenset(on))


def _unknown(word: str, known: Sequence[str], *, words: bool) -> str:
    shown = word if len(word) <= 40 else word[:39] + "…"
    printable = "".join(each if each.isprintable() else "?" for each in shown)
    if known:
        return f"'{printable}' is not known here: there is {', '.join(known)}"
    what = "Nothing but plain words" if words else "Nothing"
    return f"{what} may stand behind it, not '{printable}': it acts on the row under the cursor, or on those marked"
