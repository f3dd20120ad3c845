"""Volumes of a pod: their names and their sources."""

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import names
from k8stui.demo.storage.store import Object

_ORDER = ("emptyDir", "hostPath", "secret", "nfs", "persistentVolumeClaim", "configMap", "downwardAPI", "projected")
_NEEDED = {"secret": "secretName", "configMap": "name", "persistentVolumeClaim": "claimName", "hostPath": "path"}


def check_volumes(report: Report, field: str, spec: Object) -> None:
    """All volumes of a pod spec."""
    seen = set()
    for index, volume in enumerate(items(spec, "volumes")):
        place, name = f"{field}.volumes[{index}]", volume.get("name") or ""
        _sources(report, place, volume)
        if not name:
            report.required(f"{place}.name")
        elif reasons := names.label(name):
            report.say(f"{place}.name", name, reasons)
        elif name in seen:
            report.duplicate(f"{place}.name", name)
        seen.add(name)


def _sources(report: Report, place: str, volume: Object) -> None:
    known = [name for name in _ORDER if isinstance(volume.get(name), dict)]
    given = known + [name for name, value in volume.items() if isinstance(value, dict) and name not in _ORDER]
    if not given:
        report.required(place, "must specify a volume type")
    for name in given[1:]:
        report.forbidden(f"{place}.{name}", "may not specify more than 1 volume type")
    for name in given[:1]:
        needed = _NEEDED.get(name)
        if needed and not volume[name].get(needed):
            report.required(f"{place}.{name}.{needed}")
