"""Who will make a pod again when it is gone, as people call it: `Deployment cart`, not its ReplicaSet."""

from k8stui.model import tree
from k8stui.model.objects import Object
from k8stui.model.refs import controller
from k8stui.model.text import clean

NOBODY = "nobody"


def workload(pod: Object) -> tuple[str, str]:
    """Kind and name of the pod's workload, clean; two empty texts for a pod that nothing controls.

    A ReplicaSet whose name ends in the pod's template hash is a Deployment's (apps/v1: `<deployment>-<hash>`).
    """
    found = controller(pod)
    kind, name = clean(tree.text(found, "kind")), clean(tree.text(found, "name"))
    template = tree.strings(pod, "metadata", "labels").get("pod-template-hash", "")
    if kind == "ReplicaSet" and template and name.endswith(f"-{template}"):
        return "Deployment", name.removesuffix(f"-{template}")
    return kind, name


def owner(pod: Object) -> str:
    """The same as a cell: `Deployment cart`, `nobody`."""
    return " ".join(workload(pod)).strip() or NOBODY
