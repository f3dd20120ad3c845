"""What the going of pods means for those who use them: endpoints left of Services, and what budgets say to it.

For several changes in one question it is reckoned together: two pods of one Service are two endpoints less.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Want
from k8stui.model.kinds import BUDGETS, ENDPOINT_SLICES, PODS, SERVICES
from k8stui.model.objects import Object
from k8stui.model.pod_status import ENDED
from k8stui.model.sentences import counted
from k8stui.operations.budgets import Answer, Budget, Budgets, is_free, is_ready
from k8stui.operations.effects.setting import Ask, Setting

_SERVICE: Final = "kubernetes.io/service-name"
EVICTIONS: Final = frozenset({"removing.evict", "evictions.evict"})
_DELETIONS: Final = frozenset({"removing.delete", "evictions.delete_pod"})
ROLLS: Final = frozenset(
    {
        *("rollout.restart", "undo.undo", "images.image", "environment.env", "resources.resources"),
        "probes.probe",
    }
)
"""Builders that replace the pods of a workload."""


def concerns(setting: Setting) -> bool:
    """Whether pods go by it, or are replaced."""
    builder = setting.builder
    if setting.kind.resource == PODS.resource:
        return builder in EVICTIONS | _DELETIONS
    has_pods = bool(tree.part(setting.object, "spec", "template")) or builder == "scaling.scale"
    return has_pods and builder in {"scaling.scale", "suspending.suspend"} | ROLLS | _DELETIONS


def wants(setting: Setting) -> Iterator[Ask]:
    """Services and budgets of the namespace, the pods concerned; then the endpoints of the Services that lead there."""
    if not concerns(setting):
        return
    yield Want("services", SERVICES, setting.namespace)
    yield Want("budgets", BUDGETS, setting.namespace)
    chosen = label_selector.pods_of(setting.object)
    if setting.kind.resource != PODS.resource and chosen is not None:
        yield Want("pods", PODS, setting.namespace, labels=str(chosen))
    names = sorted(tree.name(each) for each in _services(setting))
    if names:
        yield Want("slices", ENDPOINT_SLICES, setting.namespace, labels=f"{_SERVICE} in ({','.join(names)})")


def pods(setting: Setting) -> list[Object]:
    """The pods that the change is about: those that are there, and have not ended."""
    if setting.kind.resource == PODS.resource:
        return [setting.object]
    found = setting.read("pods")
    uid = tree.uid(setting.object)
    if setting.kind.plural not in ("deployments",):  # whose pods belong to its ReplicaSets
        found = [each for each in found if _owner(each) in (uid, "")]
    return [each for each in found if tree.text(each, "status", "phase") not in ENDED]


def going(setting: Setting) -> list[Object]:
    """Those of them that go and are not replaced at the same time, the ones that are not ready first."""
    if setting.kind.resource == PODS.resource:
        return [setting.object]
    found, builder = sorted(pods(setting), key=is_ready), setting.builder
    if builder in _DELETIONS:
        return found if setting.arg("cascade", "background") != "orphan" else []
    if builder == "scaling.scale":
        return found[: max(0, len(found) - int(setting.arg("replicas", len(found))))]
    if builder == "suspending.suspend":
        return found if setting.kind.plural == "jobs" and setting.arg("on", True) else []
    return found if tree.text(setting.object, "spec", "strategy", "type") == "Recreate" else []


def lines(settings: Sequence[Setting]) -> list[Line]:
    """Endpoints left and what budgets say, over all of them."""
    found = [each for each in settings if concerns(each)]
    return [*_endpoints(found), *_budgets(found)]


# ---- endpoints


def _services(setting: Setting) -> list[Object]:
    """The Services that select its pods."""
    if setting.kind.resource == PODS.resource:
        shape = setting.object
    else:
        shape = tree.part(setting.object, "spec", "template") or next(iter(setting.read("pods")), {})
    return [each for each in setting.read("services") if label_selector.selects(label_selector.pods_of(each), shape)]


def _endpoints(settings: Sequence[Setting]) -> Iterator[Line]:
    gone = {tree.uid(pod) for each in settings for pod in going(each)}
    if not gone:
        return
    seen: set[str] = set()
    for setting in settings:
        if "slices" not in setting.around:
            continue
        for service in _services(setting):
            if tree.uid(service) in seen:
                continue
            seen.add(tree.uid(service))
            ready = _ready(service, setting.read("slices"))
            left = ready - gone
            if len(left) < len(ready):
                tone = Tone.WARNING if left else Tone.BAD
                name, of = tree.name(service), counted(len(ready), "endpoint")
                yield Line(f"Service {name}: {len(left)} of {of} left" + ("" if left else ": it is down then"), tone)
            elif not ready:
                yield Line(f"Service {tree.name(service)} has no ready endpoint now", Tone.WARNING)


def _ready(service: Object, slices: Iterable[Object]) -> set[str]:
    """Its ready endpoints: uids of pods, or addresses."""
    found = set()
    for each in slices:
        if (tree.namespace(each), tree.text(each, "metadata", "labels", _SERVICE)) != (
            tree.namespace(service),
            tree.name(service),
        ):
            continue
        for row in tree.rows(each, "endpoints"):
            if tree.value(row, "conditions", "ready") is not False:
                found.add(tree.text(row, "targetRef", "uid") or ",".join(tree.texts(row, "addresses")))
    return found


# ---- budgets


def _budgets(settings: Sequence[Setting]) -> Iterator[Line]:
    known = {tree.uid(obj): obj for each in settings for obj in each.read("budgets")}
    if not known:
        return
    budgets = Budgets(known.values())
    asked = [each.object for each in settings if each.builder in EVICTIONS]
    unasked = [pod for each in settings if each.builder not in EVICTIONS for pod in going(each)]
    rolling = [pod for each in settings if each.builder in ROLLS for pod in pods(each)]
    yield from _evicted(budgets, asked)
    yield from _gone(budgets, unasked)
    shown = {budget.ref.uid for pod in unasked for budget in budgets.over(pod)}
    for budget in _over(budgets, rolling):
        if budget.ref.uid not in shown:
            yield Line(f"budget {budget.name} {_allows(budget)}; a rollout does not ask it", Tone.MUTED)


def _evicted(budgets: Budgets, asked: Sequence[Object]) -> Iterator[Line]:
    """Each eviction that is allowed takes one from its budget."""
    counts: dict[str, tuple[Budget, int]] = {}
    refused: dict[tuple[str, Answer], int] = {}
    for pod in asked:
        ruling = budgets.ruling(pod)
        if ruling.answer in (Answer.REFUSED, Answer.BROKEN):
            refused[ruling.says, ruling.answer] = refused.get((ruling.says, ruling.answer), 0) + 1
        elif ruling.answer is Answer.ALLOWED and ruling.budget is not None:
            uid = ruling.budget.ref.uid
            counts[uid] = (ruling.budget, counts.get(uid, (ruling.budget, 0))[1] + 1)
    for (says, answer), number in refused.items():
        of = "it" if len(asked) == 1 else f"{number} of {len(asked)} evictions"
        tone, when = (Tone.BAD, "") if answer is Answer.BROKEN else (Tone.WARNING, " now")
        yield Line(f"{says}: {of} will be refused{when}", tone)
    for budget, number in counts.values():
        if number > budget.allowed:
            text = f"allows {budget.allowed}: {number - budget.allowed} of {number} evictions will be refused now"
            yield Line(f"budget {budget.name} {text}", Tone.WARNING)
        else:
            yield Line(f"budget {budget.name} allows {budget.allowed} now")


def _gone(budgets: Budgets, unasked: Sequence[Object]) -> Iterator[Line]:
    """What does not ask them."""
    running = [pod for pod in unasked if not is_free(pod) and is_ready(pod)]
    for budget in _over(budgets, running):
        number = sum(budget in budgets.over(pod) for pod in running)
        tone = Tone.WARNING if number > budget.allowed else Tone.PLAIN
        yield Line(f"budget {budget.name} {_allows(budget)}; this does not ask it", tone)


def _over(budgets: Budgets, found: Iterable[Object]) -> list[Budget]:
    """Each budget over one of the pods, once."""
    return list({budget.ref.uid: budget for pod in found for budget in budgets.over(pod)}.values())


def _allows(budget: Budget) -> str:
    return budget.why_not() if budget.stale or not budget.allowed else f"allows {budget.allowed}"


def _owner(pod: Object) -> str:
    rows = tree.rows(pod, "metadata", "ownerReferences")
    return next((tree.text(row, "uid") for row in rows if row.get("controller") is True), "")
