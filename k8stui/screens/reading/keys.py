"""What can be done in a text that is read: with the text, with its object, and everywhere."""

from k8stui.actions import Action, Where, applicable, find

_FOOTER = (
    *("next-name", "follow", "next-match", "managed-fields", "reveal", "search"),
    *("describe", "yaml", "related", "leave", "actions", "command", "help"),
)
"""What the footer shows, from the left."""


def actions() -> tuple[Action, ...]:
    """Everything, the text's own keys first; a key that means something else in a text is left out."""
    own = applicable(Where.TEXT)
    taken = {action.key for action in own}
    others = (*(action for action in applicable(Where.TABLE) if action.target), *applicable(Where.EVERYWHERE))
    return (*own, *(action for action in others if action.key not in taken))


def footer(tab: str, *, secret: bool, names: bool, searched: bool) -> list[Action]:
    """What means something now.

    Args:
        tab: how the object is read: `describe`, `yaml` or `related`.
        secret: the object is a Secret.
        names: the text names objects to go to.
        searched: something is searched for.
    """
    sense = {
        "next-name": names,
        "follow": names,
        "next-match": searched,
        "managed-fields": tab == "yaml",
        "reveal": tab == "yaml" and secret,
        tab: False,
    }
    return [find(identity) for identity in _FOOTER if sense.get(identity, True)]
