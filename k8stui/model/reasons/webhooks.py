"""Admission webhooks that refuse or do not answer: their configuration, their Service and what stands behind it."""

import re
from collections.abc import Iterator

from k8stui.model import tree
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import ENDPOINT_SLICES, MUTATING_WEBHOOKS, SERVICES, VALIDATING_WEBHOOKS, Ref
from k8stui.model.reasons.saying import brief, head, more
from k8stui.model.refs import named, ref
from k8stui.model.sentences import ended

_AT = re.compile(r'Post "https://([^./"]+)\.([^./"]+)\.svc')


def wants(said: str) -> tuple[Want, ...]:
    """The configurations, and the Service that a failed call names."""
    hooks = (Want("refusal/validating", VALIDATING_WEBHOOKS), Want("refusal/mutating", MUTATING_WEBHOOKS))
    at = _AT.search(said)
    if at is None:
        return hooks
    labels = f"kubernetes.io/service-name={at[1]}"
    return (
        *hooks,
        Want.one("refusal/service", SERVICES, at[2], at[1]),
        Want("refusal/endpoints", ENDPOINT_SLICES, at[2], labels=labels),
    )


def _hook(subject: Subject, name: str) -> Ref | None:
    """The configuration that has the webhook of that name."""
    for want, kind in (("refusal/validating", VALIDATING_WEBHOOKS), ("refusal/mutating", MUTATING_WEBHOOKS)):
        for each in subject.around.get(want, ()):
            if any(tree.text(row, "name") == name for row in tree.rows(each, "webhooks")):
                return ref(kind, each)
    return None


def denied(subject: Subject, name: str, why: str, mend: Ref | None) -> Iterator[Line]:
    """One that said no."""
    target = _hook(subject, name)
    yield head(f"The admission webhook {name}{_of(target)} refuses its pods.", target or mend)
    yield more(ended(f"It says: {brief(why)}") if why else "It does not say why.", mend)


def failed(subject: Subject, name: str, why: str, mend: Ref | None) -> Iterator[Line]:
    """One that could not be asked; `why` are the API server's words."""
    target = _hook(subject, name)
    late = "deadline exceeded" in why or "timeout" in why.lower().partition(": ")[2]
    verb = "does not answer in time" if late else "cannot be reached"
    yield head(f"The admission webhook {name}{_of(target)} {verb}, and its failures count.", target or mend)
    at = _AT.search(why)
    if at is None:
        yield more(ended(f"The server says: {brief(why)}"))
        return
    yield from _service(subject, at[1], at[2])
    said = why.partition('": ')[2]
    if said and "no endpoints" not in said and "not found" not in said:
        yield more(ended(f"The server says: {brief(said)}"))


def _service(subject: Subject, name: str, namespace: str) -> Iterator[Line]:
    """The Service behind a webhook, and whether anything stands behind that."""
    target = named(SERVICES, namespace, name)
    found = subject.around.get("refusal/service")
    if found is not None and not found:
        yield more(f"Its Service {namespace}/{name} does not exist.", target)
        return
    slices = subject.around.get("refusal/endpoints")
    if slices is None:
        yield more(f"Its Service is {namespace}/{name}.", target)
        return
    every = [row for each in slices for row in tree.rows(each, "endpoints")]
    ready = sum(tree.value(row, "conditions", "ready") is not False for row in every)
    words = f"{ready} of {len(every)} endpoints ready" if every else "no endpoints"
    yield more(f"Its Service {namespace}/{name} has {words}.", target)


def _of(target: Ref | None) -> str:
    return f" ({target.kind.kind} {target.name})" if target else ""
