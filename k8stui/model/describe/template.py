"""The pod template of a workload."""

from k8stui.model import kinds, tree
from k8stui.model.describe.containers import containers
from k8stui.model.describe.layout import Text
from k8stui.model.describe.parts import annotations, labels, named
from k8stui.model.describe.placing import node_selectors, spread, tolerations
from k8stui.model.describe.volumes import volumes
from k8stui.model.objects import Object


def pod_template(out: Text, template: Object, namespace: str) -> None:
    """The block Pod Template; `namespace` is the workload's: what the template names is there."""
    out.head("Pod Template")
    pod = {**template, "metadata": {**tree.part(template, "metadata"), "namespace": namespace}}
    labels(out, "Labels", tree.strings(pod, "metadata", "labels"), 1)
    notes = tree.strings(pod, "metadata", "annotations")
    if notes:
        annotations(out, "Annotations", notes, 1)
    account, priority = (tree.text(pod, "spec", name) for name in ("serviceAccountName", "priorityClassName"))
    if account:
        out.field("Service Account", account, level=1, target=named(kinds.SERVICE_ACCOUNTS, namespace, account))
    if tree.rows(pod, "spec", "initContainers"):
        containers(out, "Init Containers", pod, "initContainers", within=True)
    containers(out, "Containers", pod, "containers", within=True)
    volumes(out, pod, within=True)
    spread(out, pod, 1)
    if priority:
        out.field("Priority Class Name", priority, level=1, target=named(kinds.PRIORITY_CLASSES, "", priority))
    node_selectors(out, pod, 1)
    tolerations(out, pod, 1)
