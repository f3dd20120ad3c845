"""What the line after `:` could become, the best first. Pure."""

from collections.abc import Callable, Sequence

from msgspec import Struct, structs

from k8stui.actions import EVERY_WORKLOAD, REGISTRY, Action, Place
from k8stui.actions.places import PAGES
from k8stui.kube.kinds import Kinds
from k8stui.model.kinds import BUILT_IN
from k8stui.settings import THEMES
from k8stui.widgets.matching import NOT_AT_ALL, rank

FIRST = (
    "nodes",
    EVERY_WORKLOAD,
    "pods",
    "events",
    "namespaces",
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "jobs.batch",
    "cronjobs.batch",
    "services",
    "ingresses.networking.k8s.io",
    "configmaps",
    "secrets",
    "persistentvolumeclaims",
    "persistentvolumes",
)
"""Views that are looked for most: of those that fit what is typed equally well they are offered first."""

ALL = ("all", "*")
"""Words for all namespaces."""


class World(Struct, frozen=True):
    """What there is to choose from at this moment."""

    place: Place
    namespaces: tuple[str, ...] = ()
    namespaces_complete: bool = False
    """They were listed: a name that is not among them does not exist."""
    contexts: tuple[str, ...] = ()
    kinds: Kinds = Kinds(BUILT_IN.values())
    """What the server has; the usual kinds until discovery has answered."""
    lacks_view: Callable[[str, str | None], str] = lambda view, namespace: ""
    """Which right is missing to see a view in a namespace (None: all), in words; empty: none that is known of."""
    lacks_action: Callable[[Action], str] = lambda action: ""
    """The same for an action."""
    own: tuple[Action, ...] = ()
    """What the page that is open has besides; a page's actions mean something nowhere else."""


class Choice(Struct, frozen=True):
    """A line offered for completion."""

    text: str
    help: str = ""
    why_not: str = ""
    """Which right is missing for it."""
    view: str = ""
    action: str = ""
    """By id. What it stands for is one of these two, or neither."""
    short: tuple[str, ...] = ()
    """Shorter names for it."""
    later: bool = False
    """It cannot be done in this version yet."""


def view_named(name: str, world: World) -> str:
    """The view that goes by exactly that name: plural, singular, short name or kind, with or without its group."""
    if name in (EVERY_WORKLOAD, "workload", "wl"):
        return EVERY_WORKLOAD
    found = world.kinds.exact(name)
    return found[0].resource if found else ""


def with_text(head: str) -> Action | None:
    """The action of that name that takes what is typed behind it: kubectl's names before our own."""
    lines = [action for action in REGISTRY if action.line is not None]
    named = [action for action in lines if head in action.also] or [action for action in lines if head == action.id]
    return named[0] if named else None


def choices(text: str, world: World) -> list[Choice]:
    """What the line could become: an exact name first, then what starts so, then what holds the letters in order.

    Of those that fit equally well kinds come before actions, and the usual kinds before the others. What lacks a right
    comes after all that does not, and what is not there yet comes last.
    """
    words = text.lower().split()
    if text.endswith(" ") and words:
        words.append("")
    if len(words) > 1:
        return _usage(text, words, world) or _second(words, world)
    head = words[0] if words else ""
    offered = [_seen(view, f"the {view} view", world) for view in ("nodes", EVERY_WORKLOAD, "pods", "events")]
    offered += [Choice("ns", "choose a namespace"), Choice("ctx", "choose a context")]
    offered += _kinds(world)
    offered += [_offered(action, world) for action in world.own]
    offered += [_offered(action, world) for action in REGISTRY if action.where not in PAGES]
    exact = view_named(head, world)
    found: dict[str, tuple[tuple[bool, bool, int, int], Choice]] = {}
    for choice in offered:
        fits = -1 if choice.text == exact else min(rank(head, name) for name in (choice.text, *choice.short))
        if fits < NOT_AT_ALL:
            key = (choice.later, fits >= 0 and bool(choice.why_not), fits, _sort(choice))
            found.setdefault(choice.text, (key, choice))
    return [choice for _, choice in sorted(found.values(), key=lambda each: each[0])]


def _offered(action: Action, world: World) -> Choice:
    """By its name where something may be typed behind it, else by its label."""
    about = action.help or action.why_not(()) or ""
    named = action.usage or action.also
    return Choice(
        action.word if named else action.label.lower(),
        f"{action.usage}  {about}" if action.usage else about,
        world.lacks_action(action),
        action=action.id,
        short=(action.label.lower(), action.id, *action.also) if named else (),
        later=action.later,
    )


def _usage(text: str, words: Sequence[str], world: World) -> list[Choice]:
    """What may be typed behind an action's name, while it is."""
    action = with_text(words[0])
    if action is None or not action.usage or view_named(words[0], world):
        return []
    return [Choice(text.rstrip(), action.usage, world.lacks_action(action), action=action.id)]


def _sort(choice: Choice) -> int:
    """What comes first: the main views, `ns` and `ctx`, usual kinds, other kinds, actions."""
    if choice.view in FIRST:
        return FIRST.index(choice.view)
    return len(FIRST) + bool(choice.action) if choice.view or choice.action else FIRST.index("events")


def _seen(view: str, about: str, world: World) -> Choice:
    """A view, and which right is missing to see it."""
    return Choice(view, about, world.lacks_view(view, world.place.namespace), view=view)


def _kinds(world: World) -> list[Choice]:
    """Every kind that can be listed."""
    listable = [kind for kind in world.kinds.preferred if "list" in kind.verbs]
    return [
        structs.replace(
            _seen(kind.resource, " ".join([kind.kind, *kind.short_names]), world), short=tuple(kind.short_names)
        )
        for kind in listable
    ]


def _second(words: Sequence[str], world: World) -> list[Choice]:
    head, last = words[0], words[-1]
    if len(words) > 2 and words[-2] not in ("-n", "--namespace"):
        return []
    known: Sequence[str] = ("all", *world.namespaces)
    if head in ("theme", "ctx", "context", "contexts"):
        known = THEMES if head == "theme" else world.contexts
    stem = " ".join(words[:-1])
    ranked = sorted((place, name) for name in known if (place := rank(last, name)) < NOT_AT_ALL)
    return [Choice(f"{stem} {name}") for _, name in ranked]
