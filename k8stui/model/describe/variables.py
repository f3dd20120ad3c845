"""A container's environment in a description: values, and where they come from; never what is in a secret."""

from k8stui.model import kinds, tree
from k8stui.model.describe.layout import NONE, Text
from k8stui.model.describe.parts import flag, named
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.quantity import ZERO, Quantity, parse

_AMOUNTS = ("cpu", "memory", "ephemeral-storage")


def environment_from(out: Text, container: Object, namespace: str) -> None:
    """Environment Variables from: config maps and secrets of which every key becomes a variable."""
    found = tree.rows(container, "envFrom")
    if found:
        out.line("Environment Variables from:", 2)
    for each in found:
        said, kind, source = "", kinds.CONFIG_MAPS, tree.part(each, "configMapRef")
        if source:
            said = "ConfigMap"
        elif tree.part(each, "secretRef"):
            said, kind, source = "Secret", kinds.SECRETS, tree.part(each, "secretRef")
        name, prefix = tree.text(source, "name"), tree.text(each, "prefix")
        target = named(kind, namespace, name) if said else None
        if prefix:
            said += f" with prefix '{prefix}'"
        out.row(name, said, f"Optional: {flag(source, 'optional')}", level=3, target=target)


def environment(out: Text, container: Object, pod: Object | None, namespace: str) -> None:
    """Environment: what is set, or where it comes from. `pod` is what fields are read from, None in a template."""
    found = tree.rows(container, "env")
    if not found:
        out.field("Environment", NONE, level=2)
        return
    out.line("Environment:", 2)
    for each in found:
        _variable(out, each, container, pod, namespace)


def _variable(out: Text, variable: Object, container: Object, pod: Object | None, namespace: str) -> None:
    """One of them."""
    name, source = tree.text(variable, "name"), tree.part(variable, "valueFrom")
    field, amount = tree.part(source, "fieldRef"), tree.part(source, "resourceFieldRef")
    secret, config = tree.part(source, "secretKeyRef"), tree.part(source, "configMapKeyRef")
    if not source:
        out.field(name, tree.text(variable, "value"), level=3)
    elif field:
        path = tree.text(field, "fieldPath")
        out.field(name, f"{_field(pod, path)} ({tree.text(field, 'apiVersion')}:{path})", level=3)
    elif amount:
        what = tree.text(amount, "resource")
        out.field(name, f"{_amount(container, what, tree.text(amount, 'divisor'))} ({what})", level=3)
    elif secret:
        said = f"<set to the key '{tree.text(secret, 'key')}' in secret '{tree.text(secret, 'name')}'>"
        _reference(out, name, said, secret, named(kinds.SECRETS, namespace, tree.text(secret, "name")))
    elif config:
        said = f"<set to the key '{tree.text(config, 'key')}' of config map '{tree.text(config, 'name')}'>"
        _reference(out, name, said, config, named(kinds.CONFIG_MAPS, namespace, tree.text(config, "name")))


def _reference(out: Text, name: str, said: str, source: Object, target: Ref | None) -> None:
    """One that comes out of another object."""
    out.field(name, said, f"Optional: {flag(source, 'optional')}", level=3, target=target)


def _field(pod: Object | None, path: str) -> str:
    """A field of the pod, as far as kubectl reads it: its name and namespace; what else there is, is left empty."""
    return tree.text(pod, *path.split(".")) if path in ("metadata.name", "metadata.namespace") else ""


def _amount(container: Object, what: str, divisor: str) -> str:
    """A request or limit in units of the divisor, rounded up; a missing limit is what the node has."""
    which, _, name = what.partition(".")
    if which not in ("limits", "requests") or not (name in _AMOUNTS or name.startswith("hugepages-")):
        return ""
    has, unit = _quantity(tree.text(container, "resources", which, name)), _quantity(divisor)
    if name == "cpu":
        value = -(-has.milli_value() // (unit.milli_value() or 1000))
    else:
        value = -(-has.value() // (unit.value() or 1))
    return "node allocatable" if value == 0 and what in ("limits.cpu", "limits.memory") else str(value)


def _quantity(text: str) -> Quantity:
    """A quantity; zero of what is none."""
    try:
        return parse(text)
    except ValueError:
        return ZERO
