"""What holds for pods: budgets, autoscalers, network policies, and what their service account may."""

from collections.abc import Iterator, Sequence

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Want
from k8stui.model.kinds import (
    AUTOSCALERS,
    BUDGETS,
    CLUSTER_ROLE_BINDINGS,
    CLUSTER_ROLES,
    NETWORK_POLICIES,
    ROLE_BINDINGS,
    ROLES,
    SERVICE_ACCOUNTS,
    Kind,
)
from k8stui.model.objects import Object
from k8stui.model.refs import group_of, named
from k8stui.model.relations.base import USUAL, Around, Known, Relation, by_name, found, one, title

_BOOTSTRAP = "kubernetes.io/bootstrapping"
"""Label of what every cluster has from the beginning: no news about an account."""


def wants(namespace: str) -> tuple[Want, ...]:
    """Everything in a namespace that may hold for a pod."""
    return (
        Want("related/budgets", BUDGETS, namespace),
        Want("related/autoscalers", AUTOSCALERS, namespace),
        Want("related/policies", NETWORK_POLICIES, namespace),
        *binding_wants(namespace),
    )


def binding_wants(namespace: str) -> tuple[Want, ...]:
    """Who may what in the namespace."""
    return (
        Want("related/role bindings", ROLE_BINDINGS, namespace),
        Want("related/cluster role bindings", CLUSTER_ROLE_BINDINGS),
    )


# ---- budgets and autoscalers


def budgets(pods: Sequence[Object], around: Around) -> Iterator[Relation]:
    """The budgets that select one of the pods (or templates)."""
    for each in around.get("related/budgets", ()):
        chosen = label_selector.read(tree.value(each, "spec", "selector"))
        if any(label_selector.selects(chosen, pod) for pod in pods):
            yield one("budget", BUDGETS, each, *allows(each))


def allows(budget: Object) -> tuple[str, Tone]:
    """`allows 0`: so many of its pods may go now."""
    number = tree.number(budget, "status", "disruptionsAllowed")
    healthy, wanted = tree.number(budget, "status", "currentHealthy"), tree.number(budget, "status", "desiredHealthy")
    return f"allows {number} ({healthy} healthy, {wanted} needed)", Tone.WARNING if not number else Tone.PLAIN


def autoscalers(targets: Sequence[tuple[str, str]], around: Around) -> Iterator[Relation]:
    """Those that scale one of the targets (kind and name)."""
    for each in around.get("related/autoscalers", ()):
        of = tree.part(each, "spec", "scaleTargetRef")
        if (tree.text(of, "kind"), tree.text(of, "name")) in targets:
            yield one("autoscaler", AUTOSCALERS, each, *scaling(each))


def scaling(autoscaler: Object) -> tuple[str, Tone]:
    """`2-10, wants 3`, and why it cannot scale."""
    least, most = (
        tree.number(autoscaler, "spec", "minReplicas", default=1),
        tree.number(autoscaler, "spec", "maxReplicas"),
    )
    note = f"{least}-{most}, wants {tree.number(autoscaler, 'status', 'desiredReplicas')}"
    for name in ("AbleToScale", "ScalingActive"):
        row = tree.condition(autoscaler, name)
        if row.get("status") == "False":
            return f"{note}; does not scale: {tree.text(row, 'message') or tree.text(row, 'reason')}", Tone.BAD
    if (
        tree.condition(autoscaler, "ScalingLimited").get("status") == "True"
        and tree.number(autoscaler, "status", "desiredReplicas") >= most
    ):
        return f"{note}: at its limit", Tone.WARNING
    return note, Tone.PLAIN


def scaled(autoscaler: Object, around: Around, known: Known = USUAL) -> Iterator[Relation]:
    """What an autoscaler scales."""
    row = tree.part(autoscaler, "spec", "scaleTargetRef")
    kind, name = known.named(group_of(row), tree.text(row, "kind")), tree.text(row, "name")
    if kind is None:
        yield Relation("scales", f"{tree.text(row, 'kind')} {name}")
        return
    gone = "related/scaled" in around and found(around, "related/scaled", name) is None
    target = named(kind, tree.namespace(autoscaler), name)
    yield Relation("scales", title(kind, name), target, "missing" if gone else "", Tone.BAD if gone else Tone.PLAIN)


def scaled_wants(autoscaler: Object, known: Known) -> Iterator[Want]:
    """The same."""
    row = tree.part(autoscaler, "spec", "scaleTargetRef")
    kind = known.named(group_of(row), tree.text(row, "kind"))
    if kind is not None:
        yield by_name("related/scaled", kind, tree.namespace(autoscaler), tree.text(row, "name"))


# ---- network policies


def policies(pods: Sequence[Object], around: Around) -> Iterator[Relation]:
    """The policies that select one of the pods (or templates), and in which directions that isolates it."""
    if "related/policies" not in around:
        return
    isolated: dict[str, None] = {}
    rows = []
    for each in around["related/policies"]:
        chosen = label_selector.read(tree.value(each, "spec", "podSelector") or {})
        if any(label_selector.selects(chosen, pod) for pod in pods):
            kinds = directions(each)
            isolated |= dict.fromkeys(kinds)
            rows.append(one("network policy", NETWORK_POLICIES, each, _rules(each, kinds)))
    yield from rows
    if rows:
        words = ", ".join(sorted(isolated, key=("ingress", "egress").index))
        yield Relation("network policy", f"isolated: {words}", None, "only what these policies allow gets through")


def directions(policy: Object) -> list[str]:
    """What it isolates: policyTypes, else ingress, and egress where it has such rules."""
    said = [name.lower() for name in tree.texts(policy, "spec", "policyTypes")]
    return [name for name in ("ingress", "egress") if name in said] or (
        ["ingress", "egress"] if tree.rows(policy, "spec", "egress") else ["ingress"]
    )


def _rules(policy: Object, kinds: Sequence[str]) -> str:
    """`ingress: 2 rules, egress: nothing`."""
    parts = []
    for name in kinds:
        rules = tree.rows(policy, "spec", name)
        free = any(not tree.rows(rule, "from" if name == "ingress" else "to") for rule in rules)
        number = "nothing" if not rules else f"{len(rules)} rule{'s' if len(rules) > 1 else ''}"
        parts.append(f"{name}: {number}{' (one for everybody)' if free else ''}")
    return ", ".join(parts)


# ---- rights


def bindings(namespace: str, account: str, around: Around) -> Iterator[Relation]:
    """The bindings that give a service account rights, by name or by one of its groups."""
    for want, kind in (
        ("related/role bindings", ROLE_BINDINGS),
        ("related/cluster role bindings", CLUSTER_ROLE_BINDINGS),
    ):
        for each in around.get(want, ()):
            if tree.text(each, "metadata", "labels", _BOOTSTRAP) == "rbac-defaults":
                continue
            if (how := _subject(each, namespace, account)) is not None:
                role = tree.part(each, "roleRef")
                note = f"{tree.text(role, 'kind')} {tree.text(role, 'name')}{how}"
                loud = tree.text(role, "name") == "cluster-admin"
                yield one("role binding", kind, each, note, Tone.WARNING if loud else Tone.PLAIN)


def _subject(binding: Object, namespace: str, account: str) -> str | None:
    """How a binding names the account: empty by its name, else by which group; None not at all."""
    for row in tree.rows(binding, "subjects"):
        name, where = tree.text(row, "name"), tree.text(row, "namespace") or tree.namespace(binding)
        if row.get("kind") == "ServiceAccount" and (name, where) == (account, namespace):
            return ""
        if row.get("kind") == "Group" and name in ("system:serviceaccounts", f"system:serviceaccounts:{namespace}"):
            return f" (by the group {name})"
    return None


def of_binding(kind: Kind, binding: Object) -> Iterator[Relation]:
    """The role that it gives, and to whom."""
    row = tree.part(binding, "roleRef")
    role = ROLES if row.get("kind") == "Role" else CLUSTER_ROLES
    name = tree.text(row, "name")
    yield Relation("role", title(role, name), named(role, tree.namespace(binding), name))
    for row in tree.rows(binding, "subjects"):
        name, where = tree.text(row, "name"), tree.text(row, "namespace") or tree.namespace(binding)
        target = named(SERVICE_ACCOUNTS, where, name) if row.get("kind") == "ServiceAccount" else None
        yield Relation("subject", f"{tree.text(row, 'kind')} {name}", target, where if target else "")
