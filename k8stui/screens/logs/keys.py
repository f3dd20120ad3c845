"""What the footer of the page of logs shows."""

from k8stui.actions import Action, find

_FOOTER = (
    *("log-filter", "log-search", "log-next", "log-follow", "log-pause", "log-previous", "log-columns"),
    *("log-sources", "log-jump", "log-save", "log-copy", "log-wrap", "log-times", "leave", "actions", "help"),
)
"""From the left."""


def footer(*, following: bool, searched: bool, before: bool, many: bool) -> list[Action]:
    """What means something now.

    Args:
        following: the newest line is kept in sight.
        searched: something is searched for.
        before: some container was started again: there is a last log.
        many: there are several containers.
    """
    sense = {
        "log-next": searched,
        "log-follow": not following,
        "log-pause": following,
        "log-previous": before,
        "log-sources": many,
    }
    return [find(identity) for identity in _FOOTER if sense.get(identity, True)]
