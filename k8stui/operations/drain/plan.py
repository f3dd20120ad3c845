"""What a drain would do, pod by pod, before anything is sent: classed, its budgets asked, several nodes in their order.

Budgets are simulated: nodes that are drained at once share what a budget allows, the first pods (by namespace and name)
get it, and the others wait until those are replaced. For the nodes after them it is taken as full again; all nodes are
cordoned first, so that nothing comes back to one that is still to be drained.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from k8stui.model import kinds, refs, tree
from k8stui.model.columns import RANK, Tone
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.owning import NOBODY, workload
from k8stui.model.selector import parse
from k8stui.model.sentences import counted, ended
from k8stui.operations.budgets import Answer, Budgets, is_free, is_ready
from k8stui.operations.drain.filters import Fate, Filtered, empty_dirs, filtered
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.texts import Case, cell, grace, said

DAEMONSETS, BUDGETS = "daemonsets", "budgets"
"""Keys of what could not be read."""


class PodPlan(Struct, frozen=True):
    """One pod of a node that is to be drained. Its texts are clean."""

    ref: Ref
    node: str
    owner: str
    """`Deployment cart`, `nobody`."""
    fate: Fate
    text: str
    """WHAT WILL HAPPEN."""
    tone: Tone
    budget: str
    """BUDGET: its name and how many it allows; `-` for none."""
    goes: bool
    """Whether it is taken from the node, and so is waited for."""
    sends: bool
    """Whether an eviction (or deletion) is sent for it. One that ends already gets one only where a grace is given."""
    turn: int
    """1: at once; n: when those of the turns before it, under the same budget, are replaced."""
    grace: int
    """Seconds that it has to end."""
    loses: tuple[str, ...]
    """Volumes whose content is lost when it goes."""
    error: str
    """Why kubectl, and we, do nothing on this node: as it stands after `cannot delete `."""
    warnings: tuple[str, ...]


class NodePlan(Struct, frozen=True):
    """One node."""

    ref: Ref
    wave: int
    """0 for the nodes that are drained first; those of one wave at the same time."""
    cordoned: bool
    """Whether it is already."""
    rows: tuple[PodPlan, ...]
    """The worst first."""
    remarks: tuple[str, ...]
    """What there is to know besides, in sentences."""

    @property
    def errors(self) -> list[str]:
        """Why nothing would be evicted there, in kubectl's words; empty: nothing is in the way."""
        found = _grouped([(row.error, row.ref) for row in self.rows if row.error])
        return [f"cannot delete {text}" for text in found]

    @property
    def warnings(self) -> list[str]:
        """What kubectl warns of, and what it should: `deleting Pods that declare no controller: shop/handmade`."""
        return _grouped([(text, row.ref) for row in self.rows for text in row.warnings if not row.error])

    @property
    def refusal(self) -> str:
        """As kubectl says it, in one line; empty: nothing is in the way."""
        found = self.errors
        why = found[0] if len(found) == 1 else f"[{', '.join(found)}]"
        return f'unable to drain node "{self.ref.name}" due to error: {why}' if found else ""


class Plan(Struct, frozen=True):
    """All nodes, in the order in which they are drained."""

    nodes: tuple[NodePlan, ...]
    options: Options

    @property
    def rows(self) -> list[PodPlan]:
        """Every pod, node by node."""
        return [row for node in self.nodes for row in node.rows]

    @property
    def refusals(self) -> list[str]:
        """Of the nodes on which nothing would be evicted. kubectl has cordoned them by then; here nothing is sent."""
        return [node.refusal for node in self.nodes if node.errors]

    @property
    def command(self) -> str:
        """The same with kubectl."""
        return self.options.command([node.ref.name for node in self.nodes])

    @property
    def summary(self) -> str:
        """`22 pods: 16 evict · 3 stay (DaemonSet) · 1 blocked`."""
        counts = Counter(row.fate for row in self.rows)
        parts = [f"{counts[fate]:,} {fate.value}" for fate in _COUNTED if counts[fate]]
        return f"{counted(len(self.rows), 'pod')}: {' · '.join(parts)}" if parts else "no pods"


_COUNTED = (
    *(Fate.EVICT, Fate.FINISHED, Fate.TERMINATING, Fate.STAYS, Fate.STATIC, Fate.OVERDUE, Fate.BLOCKED, Fate.BROKEN),
    *(Fate.DATA, Fate.LONELY, Fate.NEEDS_FORCE, Fate.DAEMON),
)


def plan(
    nodes: Sequence[Object],
    pods: Iterable[Object],
    daemonsets: Iterable[Object],
    budgets: Iterable[Object],
    options: Options,
    now: float,
    *,
    missing: Mapping[str, str] | None = None,
) -> Plan:
    """What a drain of these nodes would do now. It takes some 25 microseconds a pod: call it in a thread for thousands.

    Args:
        nodes: decoded, in the order in which they are drained.
        pods: all that there are, of any node: those elsewhere tell what is left of a workload.
        daemonsets: all that there are.
        budgets: all PodDisruptionBudgets that there are.
        options: of the drain.
        now: epoch seconds by the server's clock.
        missing: why `daemonsets` or `budgets` could not be read, in a sentence each. Without DaemonSets their pods
            refuse the node, as with kubectl; without budgets that is said.

    Raises UnableError: an option is out of its bounds.
    """
    options.check()
    unread, everything = missing or {}, list(pods)
    known = {(tree.namespace(each), tree.name(each)) for each in daemonsets}
    rules, chosen, waves = Budgets(budgets), _Chosen(nodes, everything, options), {}
    cases: dict[str, list[Case]] = {}
    for start in range(0, len(nodes), options.at_once):
        taken: Counter[str] = Counter()
        for node in nodes[start : start + options.at_once]:
            name = tree.name(node)
            waves[name] = start // options.at_once
            cases[name] = [
                _case(pod, filtered(pod, known, options, now, unread=unread.get(DAEMONSETS, "")), rules, options, taken)
                for pod in chosen.on[name]
            ]
    left = _Left(everything, cases, waves)
    done = []
    for node in nodes:
        name = tree.name(node)
        rows = [
            _row(structs.replace(case, ready=left.of(case, waves[name])), name, options, now) for case in cases[name]
        ]
        rows.sort(key=lambda row: (RANK[row.tone], _COUNTED.index(row.fate), str(row.ref)))
        cordoned = tree.value(node, "spec", "unschedulable") is True
        remarks = _remarks(node, chosen.left_out[name], unread, options)
        done.append(NodePlan(refs.ref(kinds.NODES, node), waves[name], cordoned, tuple(rows), tuple(remarks)))
    return Plan(tuple(done), options)


class _Chosen:
    """The pods of each node that the drain is about, in the order in which they are evicted."""

    def __init__(self, nodes: Iterable[Object], pods: Iterable[Object], options: Options) -> None:
        chosen = parse(options.pod_selector)
        self.on: dict[str, list[Object]] = {tree.name(node): [] for node in nodes}
        self.left_out: Counter[str] = Counter()
        for pod in pods:
            name = tree.text(pod, "spec", "nodeName")
            if name not in self.on:
                continue
            if chosen.matches(tree.strings(pod, "metadata", "labels")):
                self.on[name].append(pod)
            else:
                self.left_out[name] += 1
        for found in self.on.values():
            found.sort(key=lambda pod: (tree.namespace(pod), tree.name(pod)))


class _Left:
    """How many ready pods a workload keeps while some of them go."""

    def __init__(self, pods: Iterable[Object], cases: Mapping[str, Sequence[Case]], waves: Mapping[str, int]) -> None:
        known = {id(case.pod): case for found in cases.values() for case in found}
        places = {tree.namespace(case.pod) for case in known.values()}
        self._ready = Counter(_whose(case) for case in known.values() if case.stands)
        self._ready.update(
            (place, *workload(pod))
            for pod in pods
            if id(pod) not in known and (place := tree.namespace(pod)) in places and _stands(pod)
        )
        self._gone = Counter(
            (_whose(case), waves[name], case.turn)
            for name, found in cases.items()
            for case in found
            if case.stands and case.found.goes and case.fate not in (Fate.BLOCKED, Fate.BROKEN)
        )

    def of(self, case: Case, wave: int) -> tuple[int, int]:
        """Left, and there now. Those that go before it are taken as replaced."""
        whose = _whose(case)
        all_ = self._ready[whose]
        return all_ - self._gone[(whose, wave, case.turn)], all_


def _whose(case: Case) -> tuple[str, str, str]:
    return (tree.namespace(case.pod), *case.workload)


def _stands(pod: Object) -> bool:
    return is_ready(pod) and not is_free(pod)


def _case(pod: Object, found: Filtered, rules: Budgets, options: Options, taken: Counter[str]) -> Case:
    """One pod with what its budgets say; it takes what it may from them."""
    ruling = rules.ruling(pod)
    fate, turn = found.fate, 1
    if found.goes and not options.disable_eviction:
        if ruling.answer is Answer.BROKEN:
            fate = Fate.BROKEN
        elif ruling.answer is Answer.REFUSED:
            fate = Fate.BLOCKED
        elif ruling.answer is Answer.ALLOWED and ruling.budget is not None:
            key = str(ruling.budget.ref)
            taken[key] += 1
            turn = (taken[key] - 1) // ruling.budget.allowed + 1
    return Case(pod, found, fate, ruling, turn, workload(pod), _stands(pod))


def _row(case: Case, node: str, options: Options, now: float) -> PodPlan:
    text, tone = said(case, options, now)
    going = case.found.goes
    return PodPlan(
        ref=refs.ref(kinds.PODS, case.pod),
        node=node,
        owner=" ".join(case.workload).strip() or NOBODY,
        fate=case.fate,
        text=text,
        tone=tone,
        budget=cell(case),
        goes=going,
        sends=going and (case.fate is not Fate.TERMINATING or options.grace >= 0),
        turn=case.turn,
        grace=grace(case.pod, options),
        loses=tuple(empty_dirs(case.pod)) if going and case.fate is not Fate.FINISHED else (),
        error=case.found.error,
        warnings=case.found.warnings,
    )


def _remarks(node: Object, left_out: int, unread: Mapping[str, str], options: Options) -> list[str]:
    found = []
    if tree.condition(node, "Ready").get("status") == "Unknown":
        rest = "" if options.skip_wait else "; 'skip wait' goes on without those that are overdue"
        found.append(f"The node does not answer: its pods will not end before it does{rest}.")
    if left_out:
        found.append(
            f"{counted(left_out, 'pod')} without {options.pod_selector} {'is' if left_out == 1 else 'are'} left."
        )
    if BUDGETS in unread:
        found.append(f"Which budgets there are is not known: {ended(unread[BUDGETS])}")
    return found


def _grouped(found: Iterable[tuple[str, Ref]]) -> list[str]:
    """`text: shop/a, shop/b` for each text."""
    groups: dict[str, list[str]] = {}
    for text, ref in found:
        groups.setdefault(text, []).append(str(ref))
    return [f"{text}: {', '.join(sorted(names))}" for text, names in groups.items()]
