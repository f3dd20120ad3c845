"""What is typed after `:` and what it means: views, namespaces, contexts and actions. Pure."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from msgspec import Struct

from k8stui.actions import REGISTRY, Action, Place
from k8stui.model.text import clean
from k8stui.screens.offers import ALL, Choice, World, choices, view_named, with_text
from k8stui.settings import THEMES
from k8stui.widgets.matching import ANY_LETTERS, rank

__all__ = ["Choice", "Meaning", "World", "choices", "named", "understand", "unknown_view", "wrong_filter"]


class Meaning(Struct, frozen=True):
    """What a command comes down to: a place, a context, an action, a dialog or an error."""

    place: Place | None = None
    context: str | None = None
    action: Action | None = None
    typed: str = ""
    """What stands behind the action's name, as it was typed."""
    show: str = ""
    """A dialog: namespaces, contexts."""
    theme: str = ""
    columns: tuple[str, ...] | None = None
    """Titles of the columns to show; (): the view's own."""
    error: str = ""
    unknown: bool = False
    """The error is that nothing has that name: a kind may have been defined since the server was asked."""


def understand(text: str, world: World) -> Meaning:
    """What the line means; never raises: a line that means nothing is an error with a sentence."""
    words = text.split()
    if not words:
        return Meaning(error="Type a kind (pods, deploy, certificates.cert-manager.io), ns NAME, ctx NAME or an action")
    head, rest = words[0].lower(), words[1:]
    if head in ("ctx", "context", "contexts"):
        return _context(rest, world)
    if head in ("ns", "namespace", "namespaces") and (rest or head == "ns"):
        return _namespace(rest, world)
    if head == "theme" and rest:
        return _one(rest[0], THEMES, "theme", lambda name: Meaning(theme=name))
    if head == "columns" and rest:
        return Meaning(columns=_titles(" ".join(rest)))
    view, action = view_named(head, world), _action(text, world.own) or _with_text(text)
    if view and not (rest and action is not None):  # "pods on it" is an action, no namespace called "on"
        return _open(view, rest, world)
    if action is not None:
        return Meaning(action=action, typed=_behind(text, action))
    near = _nearly(head, world)
    return _open(near, rest, world) if near else Meaning(error=_unknown(head, world), unknown=True)


def named(name: str, world: World) -> str:
    """The view of that name, an exact one before the only one that begins so; "" where there is none."""
    return view_named(name.lower(), world) or _nearly(name.lower(), world)


def unknown_view(name: str, world: World) -> str:
    """The sentence for a name that no view has, with what is near."""
    near = [choice.text for choice in choices(name, world) if choice.view][:3]
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    return f"This server has no kind '{clean(name, 80)}'{hint}"


def _titles(text: str) -> tuple[str, ...]:
    """`NAME AGE`, or with commas where a title is of several words; `-` is none."""
    titles = text.split(",") if "," in text else text.split()
    return () if titles == ["-"] else tuple(title.strip() for title in titles if title.strip())


def _nearly(name: str, world: World) -> str:
    """The only kind that begins so."""
    found = [kind for kind in world.kinds.preferred if kind.plural.startswith(name) and "list" in kind.verbs]
    return found[0].resource if len({kind.plural for kind in found}) == 1 else ""


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
            pattern, words = _selector(words)
        elif word in ("-n", "--namespace"):
            if not words:
                return Meaning(error=f"{word} needs the name of a namespace")
            namespace = words.pop(0)
        elif "=" in word:  # no namespace has one
            terms = [word]
            while words and "=" in words[0] and not words[0].startswith(("/", "-")):
                terms.append(words.pop(0))
            pattern = f"-l {','.join(terms)}"
        elif word.startswith("-"):
            return Meaning(
                error=f"'{clean(word, 40)}' is not known here: use -n NAMESPACE, -A, -l LABEL=VALUE or /filter"
            )
        else:
            namespace = word
    error = wrong_filter(pattern)
    lacks = world.lacks_view(view, namespace)
    if lacks and not error:
        error = f"{view}: {lacks}; ctrl+r asks the server again"
    return Meaning(error=error) if error else Meaning(place=Place(view, namespace, pattern))


def _selector(words: list[str]) -> tuple[str, list[str]]:
    """The filter for the selector that these words begin with (`env in (dev, prod)` is several), and what follows."""
    taken = [words.pop(0)]
    while words and (
        words[0] in ("in", "notin", "=", "==", "!=")
        or taken[-1] in ("in", "notin", "=", "==", "!=")
        or _open_ended(taken)
    ):
        taken.append(words.pop(0))
    return f"-l {' '.join(taken)}", words


def _open_ended(taken: Sequence[str]) -> bool:
    text = " ".join(taken)
    return text.count("(") > text.count(")") or text.endswith(",")


def wrong_filter(pattern: str) -> str:
    """What is wrong with a filter, or ""."""
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
    if len(rest) > 1:
        return Meaning(error=f"Only one namespace at a time: 'ns {clean(rest[0], 63)}', or 'ns all'")
    namespace = None if rest[0] in ALL else rest[0]
    if namespace is not None and world.namespaces_complete and namespace not in world.namespaces:
        return _one(namespace, world.namespaces, "namespace", lambda name: _in_namespace(name, world))
    return _in_namespace(namespace, world)


def _in_namespace(namespace: str | None, world: World) -> Meaning:
    """The view that is open, in that namespace; pods where it is of a kind without namespaces."""
    view = world.place.view
    found = world.kinds.exact(view)
    whole = bool(found) and not found[0].namespaced
    return Meaning(place=Place("pods" if whole else view, namespace))


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


def _action(text: str, own: Sequence[Action]) -> Action | None:
    """The one of that name: the open page's own before all others."""
    wanted = " ".join(text.lower().split())
    return _called(wanted, own) or _called(wanted, REGISTRY)


def _called(wanted: str, actions: Sequence[Action]) -> Action | None:
    for action in actions:  # `pause` is what kubectl calls so, before what has it as its id
        if wanted in action.also:
            return action
    for action in actions:
        if wanted == action.id or (wanted in ("q", "q!", "exit") and action.id == "quit"):
            return action
    for action in actions:  # several have the label `Shell`, one is called so
        if wanted == action.label.lower():
            return action
    return None


def _with_text(text: str) -> Action | None:
    """The action whose name the line begins with, where it takes what is typed behind it."""
    return with_text(text.split()[0].lower())


def _behind(text: str, action: Action) -> str:
    """What was typed behind the action's name, blanks and all."""
    head, _, rest = text.strip().partition(" ")
    named = (action.id, *action.also)
    return rest.strip() if action.line is not None and head.lower() in named else ""


def _unknown(head: str, world: World) -> str:
    offered = [choice.text for choice in choices("", world)]
    near = [text for text in offered if rank(head, text) < ANY_LETTERS][:3] or get_close_matches(head, offered)
    hint = f"; did you mean {', '.join(near)}?" if near else "; ? lists what there is"
    return f"'{clean(head, 40)}' is no kind of this server, command or action{hint}"
