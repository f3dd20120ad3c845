"""How settings, limits and rights are printed."""

from k8stui.demo.storage.objects import Object
from k8stui.demo.tables.cells import Cell, flag, length, number, size, text
from k8stui.demo.tables.tables import AGE, CREATED, UNKNOWN, Column, Printer, dig, list_of, map_of, name_column


def _data(obj: Object, now: float) -> int:
    return length(dig(obj, "data")) + length(dig(obj, "binaryData"))


def _quota(obj: Object, *, limits: bool) -> str:
    hard, used = map_of(obj, "status", "hard"), map_of(obj, "status", "used")
    names = sorted(name for name in hard if name.startswith("limits.") is limits)
    return ", ".join(f"{name}: {used.get(name, 0)}/{hard[name]}" for name in names)


def _either(*path: str) -> Column:
    """A number or a percentage that may be missing."""
    name = {"minAvailable": "Min Available", "maxUnavailable": "Max Unavailable"}[path[-1]]

    def cell(obj: Object, now: float) -> str:
        found = dig(obj, *path)
        return "N/A" if found is None else str(found)

    return Column(name, cell)


def _subjects(kind: str) -> Column:
    def cell(obj: Object, now: float) -> str:
        found = [each for each in list_of(obj, "subjects") if each.get("kind") == kind]
        names = [each.get("name", "") for each in found]
        if kind == "ServiceAccount":
            names = [f"{each.get('namespace', '')}/{each.get('name', '')}" for each in found]
        return ", ".join(map(str, names))

    return Column(f"{kind}s", cell, wide=True)


def _role(obj: Object, now: float) -> str:
    return f"{dig(obj, 'roleRef', 'kind') or ''}/{dig(obj, 'roleRef', 'name') or ''}"


def _health(field: str) -> Column:
    """One field of the Healthy condition of a component."""

    def cell(obj: Object, now: float) -> str:
        found = next((each for each in list_of(obj, "conditions") if each.get("type") == "Healthy"), {})
        if field != "status":
            return str(found.get(field, ""))
        return {"True": "Healthy", "False": "Unhealthy"}.get(str(found.get("status")), "Unknown")

    return Column(field.capitalize(), cell)


def _sum(resource: str, unit: str) -> Cell:
    """What all containers of a pod use together."""

    def cell(obj: Object, now: float) -> str:
        found = [str(dig(each, "usage", resource)).removesuffix(unit) for each in list_of(obj, "containers")]
        return f"{sum(int(each) for each in found if each.isdecimal())}{unit}"

    return cell


_BINDING = Printer(
    (name_column(), Column("Role", _role), AGE, _subjects("User"), _subjects("Group"), _subjects("ServiceAccount"))
)
_RBAC = "rbac.authorization.k8s.io"

PRINTERS: dict[tuple[str, str], Printer] = {
    ("", "configmaps"): Printer((name_column(), Column("Data", _data), AGE)),
    ("", "secrets"): Printer((name_column(), Column("Type", text("type")), Column("Data", size("data")), AGE)),
    ("", "serviceaccounts"): Printer((name_column(), Column("Secrets", size("secrets")), AGE)),
    ("", "limitranges"): CREATED,
    ("", "resourcequotas"): Printer(
        (
            name_column(),
            Column("Request", lambda obj, now: _quota(obj, limits=False)),
            Column("Limit", lambda obj, now: _quota(obj, limits=True)),
            AGE,
        )
    ),
    ("", "componentstatuses"): Printer((name_column(), _health("status"), _health("message"), _health("error"))),
    ("policy", "poddisruptionbudgets"): Printer(
        (
            name_column(),
            _either("spec", "minAvailable"),
            _either("spec", "maxUnavailable"),
            Column("Allowed Disruptions", number("status", "disruptionsAllowed"), "integer"),
            AGE,
        )
    ),
    ("scheduling.k8s.io", "priorityclasses"): Printer(
        (
            name_column(),
            Column("Value", number("value"), "integer"),
            Column("Global-Default", flag("globalDefault"), "boolean"),
            AGE,
            Column("PreemptionPolicy", text("preemptionPolicy", default="PreemptLowerPriority")),
        )
    ),
    (_RBAC, "clusterrolebindings"): _BINDING,
    (_RBAC, "rolebindings"): _BINDING,
    (_RBAC, "clusterroles"): CREATED,
    (_RBAC, "roles"): CREATED,
    ("metrics.k8s.io", "nodes"): Printer(
        (
            name_column(),
            Column("cpu", text("usage", "cpu", default=UNKNOWN)),
            Column("memory", text("usage", "memory", default=UNKNOWN)),
            Column("Window", text("window")),
        )
    ),
    ("metrics.k8s.io", "pods"): Printer(
        (
            name_column(),
            Column("cpu", _sum("cpu", "n")),
            Column("memory", _sum("memory", "Ki")),
            Column("Window", text("window")),
        )
    ),
}
