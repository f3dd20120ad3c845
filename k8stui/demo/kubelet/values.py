"""What words of a script stand for: sums, lengths of time, and whether a test holds."""

import re
from collections.abc import Mapping

FOREVER = 1e9
"""Seconds that nobody waits for."""
_HALF = 2**63


def number(text: str, variables: Mapping[str, str]) -> int:
    """Sums and products of whole numbers; what is no such thing is 0."""
    plain = re.sub(r"\$?([A-Za-z_]\w*)", lambda found: variables.get(found[1]) or "0", text)
    total, sign = 0, 1
    for part in re.findall(r"[+-]|[\d*/% ]+", plain):
        if part in "+-":
            sign = 1 if part == "+" else -1
            continue
        numbers = [int(each) for each in re.findall(r"\d{1,18}", part)]
        value = numbers[0] if numbers else 0
        for operator, each in zip(re.findall(r"[*/%]", part), numbers[1:], strict=False):
            value = {"*": value * each, "/": value // (each or 1), "%": value % (each or 1)}[operator]
        total += sign * value
        sign = 1
    return (total + _HALF) % (2 * _HALF) - _HALF


def seconds(word: str) -> float:
    """`1.5`, `2m`, `infinity`. Raises ValueError for what is no length of time."""
    if word in ("infinity", "inf"):
        return FOREVER
    unit = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
    return float(word[:-1]) * unit[word[-1]] if word[-1:] in unit else float(word)


def true(words: list[str]) -> bool:
    """Whether `[ … ]` holds."""
    if len(words) == 3:
        one, operator, two = words
        compared = {"=": one == two, "==": one == two, "!=": one != two}
        if operator in compared:
            return compared[operator]
        signs = {"-eq": "==", "-ne": "!=", "-gt": ">", "-ge": ">=", "-lt": "<", "-le": "<="}
        if operator in signs and one.lstrip("-").isdigit() and two.lstrip("-").isdigit():
            order = (int(one) > int(two)) - (int(one) < int(two))
            return {"==": order == 0, "!=": order != 0, ">": order > 0, ">=": order >= 0, "<": order < 0}.get(
                signs[operator], order <= 0
            )
    if len(words) == 2:
        return words[1] != "" if words[0] == "-n" else words[1] == "" if words[0] == "-z" else False
    return bool(words and words[0])
