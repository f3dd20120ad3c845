"""How workloads are printed: what makes pods."""

from k8stui.demo.storage.objects import Object
from k8stui.demo.tables.cells import (
    ago,
    label_selector,
    labels,
    map_selector,
    number,
    pod_columns,
    selector,
    size,
    text,
    tri_state,
)
from k8stui.demo.tables.podprinter import POD
from k8stui.demo.tables.tables import AGE, NONE, UNKNOWN, UNSET, Column, Printer, dig, list_of, map_of, name_column
from k8stui.model.duration import human, stamp


def _ready(obj: Object, now: float) -> str:
    wanted = dig(obj, "spec", "replicas")
    return f"{dig(obj, 'status', 'readyReplicas') or 0}/{1 if wanted is None else wanted}"


def _counts(*columns: tuple[str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, number(*path), "integer") for name, *path in columns)


def _owner(obj: Object, now: float) -> str:
    for each in list_of(obj, "metadata", "ownerReferences"):
        if each.get("controller"):
            group = str(each.get("apiVersion", "")).rpartition("/")[0]
            kind = str(each.get("kind", "")).lower()
            return f"{kind}.{group}/{each.get('name')}" if group else f"{kind}/{each.get('name')}"
    return NONE


def _job_status(obj: Object, now: float) -> str:
    conditions = list_of(obj, "status", "conditions")
    true = {each.get("type") for each in conditions if each.get("status") == "True"}
    for condition in ("Complete", "Failed"):
        if condition in true:
            return condition
    if dig(obj, "metadata", "deletionTimestamp"):
        return "Terminating"
    return next((each for each in ("Suspended", "FailureTarget", "SuccessCriteriaMet") if each in true), "Running")


def _completions(obj: Object, now: float) -> str:
    done, wanted = dig(obj, "status", "succeeded") or 0, dig(obj, "spec", "completions")
    if wanted is not None:
        return f"{done}/{wanted}"
    parallel = dig(obj, "spec", "parallelism")
    return f"{done}/1 of {parallel}" if isinstance(parallel, int) and parallel > 1 else f"{done}/1"


def _duration(obj: Object, now: float) -> str:
    begun, ended = (dig(obj, "status", field) for field in ("startTime", "completionTime"))
    begin = stamp(begun) if isinstance(begun, str) else None
    if begin is None:
        return ""
    end = stamp(ended) if isinstance(ended, str) else None
    return human((now if end is None else end) - begin)


def _reference(obj: Object, now: float) -> str:
    target = map_of(obj, "spec", "scaleTargetRef")
    return f"{target.get('kind', '')}/{target.get('name', '')}"


def _metric_targets(obj: Object, now: float) -> str:
    found = list_of(obj, "spec", "metrics")
    current = list_of(obj, "status", "currentMetrics")
    shown = [_target(each, current[index] if index < len(current) else {}) for index, each in enumerate(found)]
    if not shown:
        return NONE
    rest = f" + {len(shown) - 2} more..." if len(shown) > 2 else ""
    return ", ".join(shown[:2]) + rest


def _target(metric: Object, status: Object) -> str:
    kind = str(metric.get("type", ""))
    place = kind[:1].lower() + kind[1:]
    target, current = map_of(metric, place, "target"), map_of(status, place, "current")
    if kind in ("Resource", "ContainerResource"):
        return f"{dig(metric, place, 'name')}: {_of_resource(target, current)}"
    if target.get("averageValue") is not None:
        average = "" if kind == "Pods" else " (avg)"
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']}{average}"
    return f"{current.get('value', UNKNOWN)}/{target.get('value')}" if target else "<unknown type>"


def _of_resource(target: Object, current: Object) -> str:
    if target.get("averageValue") is not None:
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']}"
    used, wanted = current.get("averageUtilization"), target.get("averageUtilization")
    return f"{UNKNOWN if used is None else f'{used}%'}/{'<auto>' if wanted is None else f'{wanted}%'}"


def _min_pods(obj: Object, now: float) -> str:
    found = dig(obj, "spec", "minReplicas")
    return UNSET if found is None else str(found)


_SET = _counts(
    ("Desired", "spec", "replicas"), ("Current", "status", "replicas"), ("Ready", "status", "readyReplicas")
)  # fmt: skip
_TEMPLATE = pod_columns("spec", "template")
_SELECTOR = Column("Selector", selector("spec", "selector"), wide=True)
_JOB_TEMPLATE = ("spec", "jobTemplate", "spec")

PRINTERS: dict[tuple[str, str], Printer] = {
    ("", "pods"): POD,
    ("", "podtemplates"): Printer(
        (
            name_column(),
            *(Column(each.name, each.cell) for each in pod_columns("template")),
            Column("Pod Labels", lambda obj, now: labels(dig(obj, "template", "metadata", "labels"))),
        )
    ),
    ("autoscaling", "scales"): Printer(
        (
            Column("Name", lambda obj, now: dig(obj, "metadata", "name") or ""),
            *_counts(("Desired", "spec", "replicas"), ("Available", "status", "replicas")),
            AGE,
        )
    ),
    ("", "replicationcontrollers"): Printer(
        (name_column(), *_SET, AGE, *_TEMPLATE, Column("Selector", map_selector("spec", "selector"), wide=True))
    ),
    ("apps", "controllerrevisions"): Printer(
        (name_column(), Column("Controller", _owner), Column("Revision", number("revision")), AGE)
    ),
    ("apps", "daemonsets"): Printer(
        (
            name_column(),
            *_counts(
                ("Desired", "status", "desiredNumberScheduled"),
                ("Current", "status", "currentNumberScheduled"),
                ("Ready", "status", "numberReady"),
                ("Up-to-date", "status", "updatedNumberScheduled"),
                ("Available", "status", "numberAvailable"),
            ),
            Column("Node Selector", map_selector("spec", "template", "spec", "nodeSelector")),
            AGE,
            *_TEMPLATE,
            _SELECTOR,
        )
    ),
    ("apps", "deployments"): Printer(
        (
            name_column(),
            Column("Ready", _ready),
            Column("Up-to-date", number("status", "updatedReplicas")),
            Column("Available", number("status", "availableReplicas")),
            AGE,
            *_TEMPLATE,
            _SELECTOR,
        )
    ),
    ("apps", "replicasets"): Printer((name_column(), *_SET, AGE, *_TEMPLATE, _SELECTOR)),
    ("apps", "statefulsets"): Printer((name_column(), Column("Ready", _ready), AGE, *_TEMPLATE)),
    ("batch", "cronjobs"): Printer(
        (
            name_column(),
            Column("Schedule", text("spec", "schedule")),
            Column("Timezone", text("spec", "timeZone", default=NONE)),
            Column("Suspend", lambda obj, now: tri_state(dig(obj, "spec", "suspend")), "boolean"),
            Column("Active", size("status", "active"), "integer"),
            Column("Last Schedule", ago("status", "lastScheduleTime")),
            AGE,
            *pod_columns(*_JOB_TEMPLATE, "template"),
            Column("Selector", lambda obj, now: label_selector(dig(obj, *_JOB_TEMPLATE, "selector")), wide=True),
        )
    ),
    ("batch", "jobs"): Printer(
        (
            name_column(),
            Column("Status", _job_status),
            Column("Completions", _completions),
            Column("Duration", _duration),
            AGE,
            *_TEMPLATE,
            _SELECTOR,
        )
    ),
    ("autoscaling", "horizontalpodautoscalers"): Printer(
        (
            name_column(),
            Column("Reference", _reference),
            Column("Targets", _metric_targets),
            Column("MinPods", _min_pods),
            Column("MaxPods", number("spec", "maxReplicas")),
            Column("Replicas", number("status", "currentReplicas")),
            AGE,
        )
    ),
}
