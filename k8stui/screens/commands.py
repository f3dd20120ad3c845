"""What is typed after `:` and what it means: views, namespaces, contexts and actions. Pure."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from k8stui.actions import REGISTRY, Action, Place
from k8stui.model.kinds import NODES, PODS, Kind
from k8stui.model.text import clean
from k8stui.widgets.matching import NOT_AT_ALL, rank

VIEWS: dict[str, Kind] = {"nodes": NODES, "pods": PODS}
"""The views there are, by the name that a Place holds."""

ALL = ("all", "*")
"""Words for all namespaces."""


class World(Struct, frozen=True):
    """What there is to choose from at this moment."""

    place: Place
    namespaces: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    """Every kind that the server has, once discovery has answered."""


class Meaning(Struct, frozen=True):
    """What a command comes down to: exactly one of these is set."""

    place: Place | None = None
    context: str | None = None
    action: Action | None = None
    show: str = ""
    """A dialog: namespaces, contexts."""
    error: str = ""


class Choice(Struct, frozen=True):
    """A line offered for completion."""

    text: str
    help: str = ""


def understand(text: str, world: World) -> Meaning:
    """What the line means; never raises: a line that means nothing is an error with a sentence."""
    words = text.split()
    if not words:
        return Meaning(error="Type a view (pods, nodes), ns NAME, ctx NAME or an action; esc closes")
    head, rest = words[0].lower(), words[1:]
    if head in ("ctx", "context", "contexts"):
        return _context(rest, world)
    if head in ("ns", "namespace", "namespaces"):
        return _namespace(rest, world)
    view, action = _view(head), _action(text)
    if view and not (rest and action is not None):  # "pods on it" is an action, no namespace called "on"
        return _open(view, rest, world)
    if action is not None:
        return Meaning(action=action)
    return Meaning(error=_unknown(head, world))


def _view(name: str) -> str:
    for view, kind in VIEWS.items():
        if name in (kind.plural, kind.singular, kind.kind.lower(), *kind.short_names):
            return view
    return ""


def _open(view: str, rest: Sequence[str], world: World) -> Meaning:
    namespace = world.place.namespace
    pattern = ""
    words = list(rest)
    while words:
        word = words.pop(0)
        if word.startswith("/"):
            pattern = " ".join([word[1:], *words])
            break
        if word in ("-A", "--all-namespaces", *ALL):
            namespace = None
        elif word in ("-l", "--selector"):
            if not words:
                return Meaning(error=f"{word} needs a label selector, for example app=web")
            pattern = words.pop(0)
        elif word in ("-n", "--namespace"):
            if not words:
                return Meaning(error=f"{word} needs the name of a namespace")
            namespace = words.pop(0)
        elif word.startswith("-"):
            return Meaning(
                error=f"'{clean(word, 40)}' is not known here: use -n NAMESPACE, -A, -l LABEL=VALUE or /filter"
            )
        else:
            namespace = word
    error = _wrong_filter(pattern)
    return Meaning(error=error) if error else Meaning(place=Place(view, namespace, pattern))


def _wrong_filter(pattern: str) -> str:
    from k8stui.model.filter import parse  # loads regex, which nobody needs before the first frame

    try:
        parse(pattern)
    except ValueError as error:
        return str(error)
    return ""


def _context(rest: Sequence[str], world: World) -> Meaning:
    if not rest:
        return Meaning(show="contexts")
    return _one(rest[0], world.contexts, "context", lambda name: Meaning(context=name))


def _namespace(rest: Sequence[str], world: World) -> Meaning:
    if not rest:
        return Meaning(show="namespaces")
    view = world.place.view if world.place.view != "nodes" else "pods"
    namespace = None if rest[0] in ALL else rest[0]
    return Meaning(place=Place(view, namespace))


def _one(name: str, known: Iterable[str], what: str, make: Callable[[str], Meaning]) -> Meaning:
    """The one of that name, or the only one that holds it: an exact name wins."""
    names = list(known)
    if name in names:
        return make(name)
    near = [each for each in names if name.lower() in each.lower()]
    if len(near) == 1:
        return make(near[0])
    if near:
        return Meaning(error=f"Several {what}s hold '{clean(name, 80)}': {', '.join(near[:5])}; type more of the name")
    return Meaning(error=f"There is no {what} '{clean(name, 80)}'; known: {', '.join(names[:8]) or 'none'}")


def _action(text: str) -> Action | None:
    wanted = " ".join(text.lower().split())
    for action in REGISTRY:
        if wanted in (action.id, action.label.lower()) or (wanted in ("q", "q!", "exit") and action.id == "quit"):
            return action
    return None


def _unknown(head: str, world: World) -> str:
    for kind in world.kinds:
        if head in (kind.plural, kind.singular, kind.kind.lower(), kind.resource, *kind.short_names):
            return f"{kind.plural}: their view is not in this version yet; there are pods and nodes"
    near = [choice.text for choice in choices(head, world)][:3]
    hint = f"; did you mean {', '.join(near)}?" if near else "; ? lists what there is"
    return f"'{clean(head, 40)}' is no view, command or action{hint}"


def choices(text: str, world: World) -> list[Choice]:
    """What the line could become: exact names first, then what starts so, then what holds the letters in order."""
    words = text.lower().split()
    if text.endswith(" ") and words:
        words.append("")
    if len(words) > 1:
        return _second(words, world)
    head = words[0] if words else ""
    offered = [Choice(view, f"the {view} view") for view in VIEWS]
    offered += [Choice("ns", "choose a namespace"), Choice("ctx", "choose a context")]
    offered += [Choice(action.label.lower(), action.help or action.why_not(()) or "") for action in REGISTRY]
    exact = _view(head)
    ranked = [(rank(head, choice.text) if choice.text != exact else 0, choice) for choice in offered]
    best = sorted((pair for pair in ranked if pair[0] < NOT_AT_ALL), key=lambda pair: pair[0])
    return list({choice.text: choice for _, choice in best}.values())


def _second(words: Sequence[str], world: World) -> list[Choice]:
    head, last = words[0], words[-1]
    known = world.contexts if head in ("ctx", "context", "contexts") else ("all", *world.namespaces)
    stem = " ".join(words[:-1])
    ranked = sorted((place, name) for name in known if (place := rank(last, name)) < NOT_AT_ALL)
    return [Choice(f"{stem} {name}") for _, name in ranked]
