"""Why the user may not do an action or see a view: one place for keys, footer, menu, help and command line.

Reads what `Access` remembers and lets it ask for what is on the screen; nothing here waits. What is not known is never
called lacking.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from k8stui.actions import EVERY_WORKLOAD, Action, Need, Place, Rows
from k8stui.cluster.asks import SESSIONS
from k8stui.cluster.verdicts import No, Unknown, Verdict, Yes
from k8stui.model.events import EventLine
from k8stui.model.kinds import BUILT_IN, PODS, Kind, Ref, Row

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.cluster.states import Denied


READS = frozenset({"get", "list", "watch"})
"""Verbs that change nothing: all that is left in a read-only context."""


class Lack(Struct, frozen=True):
    """What the user may not do: the right is lacking, or the context is read-only."""

    why: str
    """`you may not patch nodes in this cluster (user viewer)`."""
    short: str
    """`needs patch nodes`: for the footer."""

    def __str__(self) -> str:
        return self.why


class Rights:
    """The rights of a session's user at a place.

    Args:
        session: the open context; None: nothing is lacking yet.
        place: where the user is.
        ask: let what is not known be asked; for what is on the screen.
    """

    def __init__(self, session: Session | None, place: Place, *, ask: bool = True) -> None:
        self._session = session
        self._place = place
        self._ask = ask

    def enter(self) -> None:
        """Let the rules of this namespace be asked, once: they tell of every key and kind in it.

        In all namespaces those of the namespace fallen back on first, which hold what is granted in the whole cluster.
        """
        if self._session is not None:
            namespace = self._place.namespace or self._session.feeds.known[0]
            self._session.access.known("list", PODS, namespace)

    def lack(self, action: Action, rows: Rows) -> Lack | None:
        """The first right that an action lacks; the row's own namespace counts where it acts on a row."""
        if self._session is None:
            return None
        if self._session.read_only and (action.writes or not all(map(_reads, action.needs))):
            return Lack(f"the context {self._session.context.name} is read-only", "read-only")
        row = rows[0] if rows and action.target else None
        for need in action.needs:
            ref = _object(need, row)
            if ref is None and not need.resource:
                continue
            found = self.view(ref.name, self._place.namespace) if need.named and ref else self._lack(need, ref)
            if found is not None and (need.instead is None or self._lack(need.instead, ref) is not None):
                return found
        return None

    def why_not(self, action: Action, rows: Rows) -> str | None:
        """Why an action cannot be done now, rights included; None when it can."""
        return action.why_not(rows, str(self.lack(action, rows) or ""))

    def view(self, view: str, namespace: str | None) -> Lack | None:
        """What is lacking to see a view (`Place.view`).

        In all namespaces (None) it is enough to see some of it in a namespace that is known.
        """
        from k8stui.actions.everywhere import LIST_WORKLOADS

        if self._session is None:
            return None
        names = (LIST_WORKLOADS.resource, *LIST_WORKLOADS.others) if view == EVERY_WORKLOAD else (view,)
        kinds = [kind for kind in map(self._kind, names) if kind is not None]
        if not kinds:
            return None
        verdicts = [self._listable(kind, namespace) for kind in kinds]
        if not all(isinstance(verdict, No) for verdict in verdicts):
            return None
        what = str(LIST_WORKLOADS) if view == EVERY_WORKLOAD else f"list {kinds[0].resource}"
        return self._told(what, kinds[0], namespace)

    def _lack(self, need: Need, ref: Ref | None) -> Lack | None:
        names = (need.resource, *need.others) if need.resource else ()
        split = [name.partition("/") for name in names]
        wanted = [(kind, sub) for name, _, sub in split if (kind := self._kind(name)) is not None]
        if not need.resource and ref is not None:
            wanted = [(ref.kind, "")]
        if not wanted:
            return None
        lacking = [self._where(need, kind, ref) for kind, _ in wanted]
        for (kind, sub), namespace in zip(wanted, lacking, strict=True):
            name = ref.name if ref is not None and ref.kind.resource == kind.resource else ""
            if not isinstance(self._verdict(need.verb, kind, namespace, name, sub), No):
                return None
        what = str(need) if need.resource else f"{need.verb} {wanted[0][0].resource}"
        more = self._session.access.sessions(need.verb, wanted[0][0], lacking[0], wanted[0][1]) if self._session else ""
        return self._told(what, wanted[0][0], lacking[0], more)

    def _where(self, need: Need, kind: Kind, ref: Ref | None) -> str | None:
        """The namespace that a need is about; None: all, or the kind has none."""
        session = self._session
        if not kind.namespaced or session is None:
            return None
        if need.current:
            return self._place.namespace or session.context.namespace or "default"
        if ref is None:
            return self._place.namespace
        if ref.kind.resource == "namespaces":
            return ref.name
        return ref.namespace or None

    def _verdict(self, verb: str, kind: Kind, namespace: str | None, name: str, sub: str) -> Verdict:
        """Of one object what is remembered decides; nothing is asked about single objects: rules are of namespaces."""
        assert self._session is not None
        access = self._session.access
        if verb == "list" and not sub:
            return self._listable(kind, namespace)
        if name:
            own = access.remembered(verb, kind, namespace, name, sub)
            if not isinstance(own, Unknown):
                return own
        look = access.known if self._ask else access.remembered
        return look(verb, kind, namespace, "", sub)

    def _listable(self, kind: Kind, namespace: str | None) -> Verdict:
        """Whether some of a kind can be seen: where the whole cluster is refused, feeds fall back on namespaces."""
        assert self._session is not None
        access = self._session.access
        look = access.known if self._ask else access.remembered
        verdict = look("list", kind, namespace)
        if namespace is not None or not kind.namespaced or not isinstance(verdict, No):
            return verdict
        elsewhere = [look("list", kind, name) for name in self.namespaces]
        for sort in (Yes, Unknown):
            for each in elsewhere:
                if isinstance(each, sort):
                    return each
        return verdict

    @property
    def namespaces(self) -> Sequence[str]:
        """Those that feeds fall back on, as far as they are known: the context's, typed ones, and where rules are."""
        assert self._session is not None
        return tuple(dict.fromkeys([*self._session.feeds.known, *self._session.access.namespaces]))

    def _kind(self, name: str) -> Kind | None:
        """A kind by the name that RBAC gives it; what the server does not have is not asked about."""
        assert self._session is not None
        kinds = self._session.kinds
        if kinds is None:
            return BUILT_IN.get(name)
        plural, _, group = name.partition(".")
        return kinds.get(group, plural)

    def _told(self, what: str, kind: Kind, namespace: str | None, more: str = "") -> Lack:
        assert self._session is not None
        everywhere = "in all namespaces" if kind.namespaced else "in this cluster"
        where = f"in {namespace}" if namespace and kind.namespaced else everywhere
        return Lack(f"you may not {what} {where} (user {self._session.access.user}){more}", f"needs {what}")


def _reads(need: Need) -> bool:
    """Whether it changes nothing; who is in a pod may change what is there."""
    return need.verb in READS and need.resource.partition("/")[2] not in SESSIONS


def _object(need: Need, row: Row | None) -> Ref | None:
    """What a need is about; None where the row stands for many events, which are only unfolded."""
    if need.about and isinstance(row, EventLine):
        return row.about if row.objects == 1 else None
    return row.ref if row is not None else None


def hand_over(state: Denied, namespace: str | None, user: str) -> str:
    """What an empty table says of a refused view: what the server said, what to ask for, and how to check it.

    Args:
        state: of the view's own feed.
        namespace: the view's; None: all, or the kind has none.
        user: as the server knows them.
    """
    kind = state.kind
    within = namespace if kind.namespaced else None
    everywhere = "in the whole cluster" if not kind.namespaced else "in all namespaces"
    tried = state.scope.refused if state.scope is not None else 0
    nor = f" (nor in the {tried} namespaces that were tried)" if tried > 1 else ""
    where = f"in {within}" if within else everywhere
    flag = f" -n {within}" if within else " -A" if kind.namespaced else ""
    return (
        f"{state.why.removesuffix(_USUAL_HINT).rstrip()}{nor} "
        f"Ask whoever runs the cluster for: list and watch {kind.resource} {where}. "
        f"They can check it with: kubectl auth can-i list {kind.resource}{flag} --as {quoted(user)}"
    )


def quoted(text: str) -> str:
    """A word for a shell."""
    import shlex

    return shlex.quote(text)


_USUAL_HINT = "Ask whoever runs the cluster for a role with this right."
