"""Which object stands behind the API server's refusal of new pods (`model.refusals`), and what to mend."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from k8stui.model import tree
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import (
    ADMISSION_POLICIES,
    LIMIT_RANGES,
    NAMESPACES,
    PRIORITY_CLASSES,
    RESOURCE_QUOTAS,
    RUNTIME_CLASSES,
    SERVICE_ACCOUNTS,
    Kind,
    Ref,
)
from k8stui.model.reasons import webhooks
from k8stui.model.reasons.placing import amount
from k8stui.model.reasons.saying import brief, head, more
from k8stui.model.refs import named, ref
from k8stui.model.refusals import LIMIT, RATIO, Refusal, read
from k8stui.model.sentences import ended, flat

_ENFORCE = "pod-security.kubernetes.io/enforce"


def wants(said: str, namespace: str) -> tuple[Want, ...]:
    """What has to be looked at to name the object to mend; the names begin with `refusal/`."""
    found = read(said)
    if found is None:
        return ()
    match found.sort:
        case "quota" | "unsaid":
            return (Want("refusal/quotas", RESOURCE_QUOTAS, namespace),)
        case "limit" | "ratio":
            return (Want("refusal/limit ranges", LIMIT_RANGES, namespace),)
        case "security":
            return (Want.one("refusal/namespace", NAMESPACES, None, namespace),)
        case "denied" | "webhook":
            return webhooks.wants(said)
        case _:
            return ()


def explain(subject: Subject, said: str, mend: Ref | None) -> Iterator[Line]:
    """Who refuses its pods and why, with the object to mend; the server's words where they are of no known form."""
    found = read(said)
    if found is None:
        yield head(ended(f"Its pods are refused: {brief(said)}"), mend)
        return
    yield from _EXPLAINED[found.sort](subject, found, mend)


def _quota(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    """Which quota, and for each resource what is used, what is allowed and what each pod asks."""
    name, *columns = (part.strip() for part in found.match.groups())
    target = _found(subject, "refusal/quotas", RESOURCE_QUOTAS, name)
    yield head(f"The ResourceQuota {name} is used up: no room for another pod.", target)
    asked, used, hard = map(_pairs, columns)
    for resource in asked:
        words = f"{resource}: {used.get(resource, '?')} of {hard.get(resource, '?')} used"
        yield more(f"{words}, each pod asks for {asked[resource]}.", target)
    now = _quota_now(subject, name)
    if now and any(now.get(resource) not in (None, used.get(resource)) for resource in asked):
        yield more(f"Now it has used {', '.join(f'{key} {value}' for key, value in now.items() if key in asked)}.")


def _quota_now(subject: Subject, name: str) -> dict[str, str]:
    quotas = subject.around.get("refusal/quotas", ())
    found = next((each for each in quotas if tree.name(each) == name), {})
    return {key: str(value) for key, value in tree.part(found, "status", "used").items()}


def _unsaid(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    name = found.match[1].strip()
    yield head(f"The ResourceQuota {name} wants every container to say {brief(found.match[2])}.", mend)
    target = _found(subject, "refusal/quotas", RESOURCE_QUOTAS, name)
    yield more(f"The pod template has to give it, or a LimitRange a default; or {name} has to go.", target)


def _limits(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    """Each bound that is broken, and the LimitRange that sets it (the server does not say which)."""
    for match in LIMIT.finditer(found.said):
        bound, resource, sort, value = match.group(1, 2, 3, 4)
        side = "max" if bound == "maximum" else "min"
        source = _limit_range(subject, sort, side, resource, value)
        yield head(f"{_range(source)} allows {_most(side)} {value} {resource} per {sort}.", source or mend)
        yield more(ended(f"The pods have another: {brief(match[5])}"), mend)
    for match in RATIO.finditer(found.said):
        resource, sort, value, given = match.groups()
        source = _limit_range(subject, sort, "maxLimitRequestRatio", resource, value)
        yield head(f"{_range(source)} lets a limit be {value} times the request of {resource}.", source or mend)
        yield more(f"In the pods it is {float(given):g} times as much.", mend)


def _most(side: str) -> str:
    return "at most" if side == "max" else "at least"


def _range(source: Ref | None) -> str:
    return f"The LimitRange {source.name}" if source else "A LimitRange of the namespace"


def _limit_range(subject: Subject, sort: str, side: str, resource: str, value: str) -> Ref | None:
    """The LimitRange with that bound."""
    for each in subject.around.get("refusal/limit ranges", ()):
        for row in tree.rows(each, "spec", "limits"):
            bound = tree.text(row, side, resource)
            if row.get("type") == sort and bound and amount(bound).nanos == amount(value).nanos:
                return ref(LIMIT_RANGES, each)
    return None


def _security(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    level, version, why = found.match.groups()
    namespace = tree.namespace(subject.object)
    target = _found(subject, "refusal/namespace", NAMESPACES, namespace)
    objects = subject.around.get("refusal/namespace", ())
    label = next((tree.text(each, "metadata", "labels", _ENFORCE) for each in objects), level) or level
    yield head(f"The namespace {namespace} takes only pods of the security level {level}.", target)
    yield more(f"Its label {_ENFORCE} is {label} (version {version}).", target)
    for part in re.split(r"(?<=\)), ", flat(why)):
        yield more(ended(f"The pods break: {brief(part)}"), mend)


def _account(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    name = found.match[1]
    target = named(SERVICE_ACCOUNTS, tree.namespace(subject.object), name)
    yield head(f"The ServiceAccount {name} that its pods run as does not exist.", target)


def _priority(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    name = found.match[1]
    yield head(f"The PriorityClass {name} of its pods does not exist.", named(PRIORITY_CLASSES, "", name))


def _runtime(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    name = found.match[1]
    yield head(f"The RuntimeClass {name} of its pods does not exist.", named(RUNTIME_CLASSES, "", name))


def _policy(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    name, binding, why = found.match.groups()
    yield head(f"The ValidatingAdmissionPolicy {name} refuses its pods.", named(ADMISSION_POLICIES, "", name))
    yield more(ended(f"Its binding {binding} says: {brief(why)}"), mend)


def _ended(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    name = found.match[1]
    yield head(f"The namespace {name} is being deleted: nothing new is made in it.", named(NAMESPACES, "", name))


def _denied(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    yield from webhooks.denied(subject, found.match[1], found.match[2] or "", mend)


def _webhook(subject: Subject, found: Refusal, mend: Ref | None) -> Iterator[Line]:
    yield from webhooks.failed(subject, found.match[1], found.match[2], mend)


def _found(subject: Subject, want: str, kind: Kind, name: str) -> Ref:
    """The object of that name, with its uid where it was read."""
    namespace = tree.namespace(subject.object) if kind.namespaced else ""
    each = next((each for each in subject.around.get(want, ()) if tree.name(each) == name), None)
    return ref(kind, each) if each is not None else named(kind, namespace, name)


def _pairs(text: str) -> dict[str, str]:
    """`pods=1,limits.cpu=2`."""
    return {key.strip(): value.strip() for key, _, value in (part.partition("=") for part in text.split(","))}


_EXPLAINED: Mapping[str, Callable[[Subject, Refusal, Ref | None], Iterator[Line]]] = MappingProxyType(
    {
        "quota": _quota,
        "unsaid": _unsaid,
        "security": _security,
        "account": _account,
        "priority": _priority,
        "runtime": _runtime,
        "denied": _denied,
        "webhook": _webhook,
        "policy": _policy,
        "ending": _ended,
        "limit": _limits,
        "ratio": _limits,
    }
)
