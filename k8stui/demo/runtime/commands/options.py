"""Arguments of commands: single letters, letters with a value, long names, and what is left."""

from msgspec import Struct


class Options(Struct):
    """What stands on a command line."""

    flags: set[str]
    """Letters and long names without a value."""
    values: dict[str, list[str]]
    """Letters and long names with one; `n` also holds what `-5` says."""
    rest: list[str]

    def value(self, *names: str) -> str | None:
        """The last value under any of these names."""
        found = [value for name in names for value in self.values.get(name, ())]
        return found[-1] if found else None

    def number(self, *names: str, otherwise: float) -> float:
        """The same as a number. Raises ValueError for what is none."""
        text = self.value(*names)
        return otherwise if text is None else float(text)


def options(args: list[str], valued: str = "", long: str = "") -> Options:
    """Take arguments apart; `valued` are letters, `long` the long names (with spaces between) that have a value."""
    found = Options(set(), {}, [])
    with_value = set(valued) | set(long.split())
    left = list(args)
    while left:
        arg = left.pop(0)
        if arg == "--":
            found.rest += left
            break
        if arg.startswith("--"):
            name, equals, value = arg[2:].partition("=")
            if name in with_value:
                found.values.setdefault(name, []).append(value if equals else (left.pop(0) if left else ""))
            else:
                found.flags.add(name)
        elif arg[1:].isdecimal() and arg[0] == "-" and "n" in with_value:
            found.values.setdefault("n", []).append(arg[1:])
        elif arg.startswith("-") and len(arg) > 1:
            _letters(arg[1:], left, with_value, found)
        else:
            found.rest.append(arg)
    return found


def _letters(letters: str, left: list[str], with_value: set[str], found: Options) -> None:
    """`-abn5`, `-abn 5`."""
    for at, letter in enumerate(letters):
        if letter in with_value:
            value = letters[at + 1 :] or (left.pop(0) if left else "")
            found.values.setdefault(letter, []).append(value)
            return
        found.flags.add(letter)
