"""Who keeps an object as it is, and what they will do to a change made beside them.

Read from labels, annotations and owners alone, so that rows, Inspect and questions say the same. The keys are those
that each tool documents: Argo CD's resource tracking, Flux's kustomize- and helm-controller, Helm 3's release,
Rancher's objectset (k3s add-ons, HelmCharts), the add-on manager's mode, KEDA's HPA, the kubelet's mirror pods.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.objects import Object
from k8stui.model.text import clean


class Tool(Enum):
    """What kind of manager; the value is how it is written before a name, save for the last two."""

    ARGO = "Argo CD"
    FLUX_KUSTOMIZATION = "Flux Kustomization"
    FLUX_HELM = "Flux HelmRelease"
    HELM = "Helm"
    ADDON = "k3s add-on"
    HELM_CHART = "HelmChart"
    RANCHER = "Rancher"
    ADDON_MANAGER = "add-on manager"
    AUTOSCALER = "HPA"
    KEDA = "KEDA"
    STATIC = "static pod file"
    OWNER = "owner"
    LABELLED = "label"


class Change(Enum):
    """What is going to be done to the object."""

    SPEC = "spec"
    """Its spec, labels or annotations: image, resources, pause."""
    REPLICAS = "replicas"
    RESTART = "restart"
    """`kubectl rollout restart`: an annotation in the pod template."""
    DELETE = "delete"


class Manager(Struct, frozen=True, gc=False):
    """Who keeps an object as it is. Its texts are clean."""

    tool: Tool
    name: str = ""
    """Of the application, release, chart, add-on; `Kind/name` of an owner; a static pod's node."""
    note: str = ""
    """The add-on manager's mode, a Rancher object's kind, an autoscaler's limits `2-10`, `disabled` where it is off."""

    def __str__(self) -> str:
        if self.tool is Tool.STATIC:
            return f"{self.tool.value} on {self.name}" if self.name else self.tool.value
        if self.tool in (Tool.OWNER, Tool.LABELLED):
            return self.name
        return " ".join(part for part in (self.tool.value, self.name) if part)


Owners = Sequence[tuple[str, str]]
"""Kind and name of each owner, the controlling one first."""


def managers(
    labels: Mapping[str, str], annotations: Mapping[str, str], owners: Owners = (), *, name: str = "", kind: str = ""
) -> tuple[Manager, ...]:
    """Everybody who keeps the object as it is, the nearest first; empty: nobody that is known.

    What a controller made for its owner (a ReplicaSet, a Job) carries copies of the owner's annotations: there only the
    owner counts.

    Args:
        labels: the object's.
        annotations: the object's.
        owners: its ownerReferences.
        name: the object's own, to know a copied Argo CD tracking id.
        kind: the object's own, for the same.
    """
    source = annotations.get("kubernetes.io/config.source", "")
    if source == "file" or (owners and owners[0][0] == "Node" and "kubernetes.io/config.mirror" in annotations):
        node = next((each for owner, each in owners if owner == "Node"), "")
        return (Manager(Tool.STATIC, clean(node)),)
    if owners:
        return (Manager(Tool.OWNER, clean(f"{owners[0][0]}/{owners[0][1]}")),)
    found = (
        _argo(annotations, name, kind),
        *_flux(labels, annotations),
        *_rancher(annotations, labels),
        _addon_manager(labels),
        _helm(annotations),
    )
    known = [each for each in found if each is not None]
    if any(each.tool is Tool.FLUX_HELM for each in known):
        return tuple(each for each in known if each.tool is not Tool.HELM)  # the same release, told twice
    return tuple(known) or _labelled(labels)


def managers_of(obj: Object) -> tuple[Manager, ...]:
    """The same for a whole decoded object."""
    owners = sorted(tree.rows(obj, "metadata", "ownerReferences"), key=lambda each: each.get("controller") is not True)
    return managers(
        tree.strings(obj, "metadata", "labels"),
        tree.strings(obj, "metadata", "annotations"),
        [(tree.text(each, "kind"), tree.text(each, "name")) for each in owners],
        name=tree.name(obj),
        kind=tree.text(obj, "kind"),
    )


def manager(labels: Mapping[str, str], annotations: Mapping[str, str], owners: Owners = ()) -> str:
    """Who keeps it, as a cell: `Argo CD shop, HPA web`; empty where nobody does."""
    return written(managers(labels, annotations, owners))


def written(found: Iterable[Manager]) -> str:
    """Managers as one cell."""
    return ", ".join(str(each) for each in found)


def consequence(found: Iterable[Manager], change: Change = Change.SPEC) -> str:
    """What they will do to such a change: a sentence for each whom it concerns, or an empty text."""
    return " ".join(text for each in found if (text := _does(each, change)))


def _argo(annotations: Mapping[str, str], name: str, kind: str) -> Manager | None:
    """`app:group/Kind:namespace/name`; an id that names another object was copied, and Argo CD passes it over."""
    app, _, rest = annotations.get("argocd.argoproj.io/tracking-id", "").partition(":")
    if not app or not rest:
        return None
    what, _, where = rest.partition(":")
    if name and where.rpartition("/")[2] != name:
        return None
    if kind and what.rpartition("/")[2] != kind:
        return None
    return Manager(Tool.ARGO, clean(app))


def _flux(labels: Mapping[str, str], annotations: Mapping[str, str]) -> Iterable[Manager]:
    """Their labels name the object that applies this one."""
    for tool, prefix in ((Tool.FLUX_HELM, "helm"), (Tool.FLUX_KUSTOMIZATION, "kustomize")):
        found = labels.get(f"{prefix}.toolkit.fluxcd.io/name")
        if found:
            off = annotations.get(f"{prefix}.toolkit.fluxcd.io/reconcile") == "disabled"
            yield Manager(tool, clean(found), "disabled" if off else "")


def _rancher(annotations: Mapping[str, str], labels: Mapping[str, str]) -> Iterable[Manager]:
    """What Rancher's apply library made: the add-ons of k3s and RKE2, Jobs of HelmCharts, Fleet bundles."""
    owner = clean(annotations.get("objectset.rio.cattle.io/owner-name", ""))
    kind = annotations.get("objectset.rio.cattle.io/owner-gvk", "").rpartition("Kind=")[2]
    if kind == "Addon":
        yield Manager(Tool.ADDON, owner)
    elif kind == "HelmChart":
        yield Manager(Tool.HELM_CHART, owner)
    elif kind and owner:
        yield Manager(Tool.RANCHER, clean(f"{kind}/{owner}"), clean(kind))
    elif "helmcharts.helm.cattle.io/chart" in labels:
        yield Manager(Tool.HELM_CHART, clean(labels["helmcharts.helm.cattle.io/chart"]))
    elif "objectset.rio.cattle.io/id" in annotations:
        yield Manager(Tool.RANCHER, clean(annotations["objectset.rio.cattle.io/id"]))


def _addon_manager(labels: Mapping[str, str]) -> Manager | None:
    mode = labels.get("addonmanager.kubernetes.io/mode", "")
    return Manager(Tool.ADDON_MANAGER, "", mode) if mode in ("Reconcile", "EnsureExists") else None


def _helm(annotations: Mapping[str, str]) -> Manager | None:
    """A Helm 3 release marks what it made with its name."""
    release = annotations.get("meta.helm.sh/release-name", "")
    return Manager(Tool.HELM, clean(release)) if release else None


def _labelled(labels: Mapping[str, str]) -> tuple[Manager, ...]:
    """The recommended label alone: what a chart's template says, whoever applied it, so it counts last."""
    name = clean(labels.get("app.kubernetes.io/managed-by") or labels.get("heritage", ""))
    if name == "Helm":
        release = labels.get("app.kubernetes.io/instance") or labels.get("release", "")
        return (Manager(Tool.HELM, clean(release)),)
    return (Manager(Tool.LABELLED, name),) if name else ()


_REVERTS = MappingProxyType(
    {
        Tool.ARGO: "{it} manages it: with self-heal the change will be reverted within seconds, else at its next sync.",
        Tool.FLUX_KUSTOMIZATION: (
            "{it} manages it: what differs from its source will be reverted at its next reconciliation."
        ),
        Tool.FLUX_HELM: (
            "{it} manages it: the change will be reverted at its next upgrade, or at once with drift detection."
        ),
        Tool.HELM: "{it} made it: the change stays until the next upgrade or rollback of the release.",
        Tool.ADDON: "{it} manages it: the change will be reverted when the server restarts or its manifest changes.",
        Tool.HELM_CHART: "{it} installs it: the change will be reverted when the chart or its values change.",
        Tool.RANCHER: "{it} manages it: the change will be reverted when that is applied again.",
        Tool.ADDON_MANAGER: "The add-on manager will revert the change within a minute.",
        Tool.OWNER: "{it} owns it, and its controller may revert the change.",
        Tool.LABELLED: "{it} says by a label that it manages it, and may revert the change.",
        Tool.STATIC: "It is a static pod: only its manifest file{where} changes it, not the API.",
    }
)
_RECREATES = MappingProxyType(
    {
        Tool.HELM: "{it} made it: it comes back with the next upgrade only.",
        Tool.FLUX_HELM: "{it} manages it: it comes back with the next upgrade, or at once with drift detection.",
        Tool.HELM_CHART: "{it} installs it: it comes back when the chart or its values change.",
        Tool.STATIC: "It is the mirror of a static pod: only removing its manifest file{where} ends the pod.",
        Tool.ADDON_MANAGER: "The add-on manager will create it again within a minute.",
        Tool.ADDON: "{it} will create it again when the server restarts or its manifest changes.",
    }
)


def _does(found: Manager, change: Change) -> str:
    """One sentence on what this one will do."""
    if found.tool in (Tool.AUTOSCALER, Tool.KEDA):
        return _scaler(found, change)
    if found.note == "disabled":
        return f"{found} is told to leave it alone (reconcile: disabled)."
    if change is Change.RESTART and found.tool is Tool.ARGO:
        return f"{found} manages it: a restart is kept."
    if found.note == "EnsureExists" and change is not Change.DELETE:
        return "The add-on manager only makes sure that it exists: the change is kept."
    if change is Change.DELETE:
        sentence = _RECREATES.get(found.tool, "{it} may create it again.")
    else:
        sentence = _REVERTS[found.tool]
    where = f" on {found.name}" if found.name else ""
    return sentence.replace("{it}", str(found)).replace("{where}", where)


def _scaler(found: Manager, change: Change) -> str:
    """An autoscaler cares for replicas alone."""
    if change is not Change.REPLICAS:
        return ""
    limits = f" between {found.note.replace('-', ' and ')}" if found.note else ""
    return f"{found} sets the replicas{limits}: another number will be reverted within seconds, and 0 switches it off."
