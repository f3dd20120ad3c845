"""Claims and volumes: a claim gets a volume that is there and fits, or one as from a provisioner of local directories.

After the persistent volume controller; binding is at once whatever the binding mode, where there is something to bind.
"""

from k8stui.demo.controllers.podfacts import finished
from k8stui.demo.controllers.workload import Workload, copied
from k8stui.demo.controllers.world import World
from k8stui.demo.registry.quantities import nanos
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, annotations_of, ending, key_of, labels_of, phase
from k8stui.demo.storage.selectors import selects

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
PROTECTION, VOLUME_PROTECTION = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"
NONE = "no persistent volumes available for this claim and no storage class is set"
NO_PROVISIONER = "kubernetes.io/no-provisioner"
"""The provisioner of classes whose volumes somebody makes by hand."""
_COMPLETED, _BY_CONTROLLER = "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller"


class Volumes(Workload):
    """Binds claims, and takes volumes away when their claims are gone."""

    def __init__(self, world: World) -> None:
        super().__init__(world, CLAIMS, "persistentvolume-controller")
        self._volumes = world.cache(VOLUMES)
        self._classes = world.cache("storageclasses.storage.k8s.io")
        self._pods = world.cache("pods")
        self.watch("pods", _claims_of_pod)
        self.watch(VOLUMES, self._concerned)

    def _concerned(self, volume: Object) -> list[str]:
        """Its claim; of one that is free also the claims that wait for one of its class."""
        waiting = [] if volume["spec"].get("claimRef") else self.cache.all()
        same = (each for each in waiting if _class(each) == _class(volume))
        free = [key_of(each) for each in same if not each["spec"].get("volumeName")]
        return _keys_of_volume(volume) + free

    def reconcile(self, obj: Object) -> None:
        """Bind it, or say why not; let it go when no pod uses it any more."""
        if ending(obj):
            self._release(obj)
        elif not phase(obj):
            self.report(obj, obj["status"] | {"phase": "Pending"})
        elif not obj["spec"].get("volumeName"):
            self._find(obj)
        elif phase(obj) != "Bound":
            self._bind(obj)

    def gone(self, key: str) -> None:
        """The volume of a claim that is gone: deleted, or kept as its policy says. Without a claim: its own key."""
        for volume in self._volumes.all():
            if key not in _keys_of_volume(volume):
                continue
            if ending(volume):
                self._unprotect(volume, VOLUME_PROTECTION)
            elif not volume["spec"].get("claimRef"):
                self.report(volume, volume["status"] | {"phase": "Available"})
            elif volume["spec"].get("persistentVolumeReclaimPolicy", "Delete") == "Delete":
                self.remove(volume, VOLUMES)
            else:
                self.report(volume, volume["status"] | {"phase": "Released"})

    def _find(self, claim: Object) -> None:
        """The smallest volume that fits; without any a new one, when its class makes them."""
        fitting = [each for each in self._volumes.all() if fits(each, claim)]
        if not fitting:
            self._provision(claim)
            return
        volume = copied(min(fitting, key=lambda each: (not each["spec"].get("claimRef"), _size(each))))
        if not volume["spec"].get("claimRef"):
            volume["metadata"]["annotations"] = annotations_of(volume) | {_BY_CONTROLLER: "yes"}
        volume["spec"]["claimRef"] = _about(claim)
        self.world.registry.update(volume)
        self._take(claim, volume, {})

    def _take(self, claim: Object, volume: Object, more: dict[str, str]) -> None:
        """Write into a claim which volume it has."""
        changed = copied(claim)
        marks = {_COMPLETED: "yes", _BY_CONTROLLER: "yes"}
        changed["metadata"]["annotations"] = annotations_of(claim) | marks | more
        changed["spec"]["volumeName"] = volume["metadata"]["name"]
        self.world.registry.update(changed)

    def _provision(self, claim: Object) -> None:
        name = _class(claim)
        if not name:
            self.events.event(claim, "Normal", "FailedBinding", NONE)
            return
        found = self._classes.get(f"/{name}")
        if found is None:
            words = f'storageclass.storage.k8s.io "{name}" not found'
            self.events.event(claim, "Warning", "ProvisioningFailed", words)
            return
        if found.get("provisioner") == NO_PROVISIONER:
            self._wait(claim, found)
            return
        made = self._volume(claim, found)
        try:
            self.world.registry.create(made)
        except Refusal as refusal:
            if refusal.reason != "AlreadyExists":
                raise
        words = f"Successfully provisioned volume {made['metadata']['name']}"
        self.events.event(claim, "Normal", "ProvisioningSucceeded", words)
        names = ("volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner")
        self._take(claim, made, dict.fromkeys(names, str(found.get("provisioner", ""))))

    def _wait(self, claim: Object, of: Object) -> None:
        """Say that nobody will make a volume for it."""
        if of.get("volumeBindingMode") == "WaitForFirstConsumer":
            words = "waiting for first consumer to be created before binding"
            self.events.event(claim, "Normal", "WaitForFirstConsumer", words)
            return
        words = f"no volume plugin matched name: {NO_PROVISIONER}"
        self.events.event(claim, "Warning", "ProvisioningFailed", words)

    def _volume(self, claim: Object, of: Object) -> Object:
        meta, spec = claim["metadata"], claim["spec"]
        name = f"pvc-{meta['uid']}"
        path = f"/opt/local-path-provisioner/{name}_{meta['namespace']}_{meta['name']}"
        return {
            "kind": "PersistentVolume",
            "apiVersion": "v1",
            "metadata": {"name": name, "annotations": {"pv.kubernetes.io/provisioned-by": of.get("provisioner", "")}},
            "spec": {
                "capacity": {"storage": spec.get("resources", {}).get("requests", {}).get("storage", "1Gi")},
                "hostPath": {"path": path, "type": "DirectoryOrCreate"},
                "accessModes": list(spec.get("accessModes", ["ReadWriteOnce"])),
                "claimRef": _about(claim),
                "persistentVolumeReclaimPolicy": of.get("reclaimPolicy", "Delete"),
                "storageClassName": of["metadata"]["name"],
                "volumeMode": spec.get("volumeMode", "Filesystem"),
            },
        }

    def _bind(self, claim: Object) -> None:
        volume = self._volumes.get(f"/{claim['spec']['volumeName']}")
        if volume is None:
            self.report(claim, claim["status"] | {"phase": "Lost"})
            return
        if volume["status"].get("phase") != "Bound":
            self.report(volume, volume["status"] | {"phase": "Bound"})
        spec = volume["spec"]
        self.report(claim, {"phase": "Bound", "accessModes": spec["accessModes"], "capacity": spec["capacity"]})

    def _release(self, claim: Object) -> None:
        """Protection ends with the last pod that uses the claim."""
        if PROTECTION not in (claim["metadata"].get("finalizers") or ()):
            return
        key = key_of(claim)
        pods = self._pods.all(claim["metadata"]["namespace"])
        if any(key in _claims_of_pod(pod) for pod in pods if not finished(pod)):
            return
        self._unprotect(claim, PROTECTION)

    def _unprotect(self, obj: Object, finalizer: str) -> None:
        kept = [each for each in obj["metadata"].get("finalizers") or () if each != finalizer]
        if kept == (obj["metadata"].get("finalizers") or []):
            return
        changed = copied(obj)
        changed["metadata"]["finalizers"] = kept
        self.world.registry.update(changed)


def fits(volume: Object, claim: Object) -> bool:
    """Whether a volume is free for this claim, or kept for it, and is what it asks for (FindMatchingVolume)."""
    spec, wanted, kept = volume["spec"], claim["spec"], volume["spec"].get("claimRef")
    if ending(volume) or (kept and not _is_for(kept, claim)) or (not kept and phase(volume) != "Available"):
        return False
    alike = _class(volume) == _class(claim)
    alike = alike and spec.get("volumeMode", "Filesystem") == wanted.get("volumeMode", "Filesystem")
    modes = set(wanted.get("accessModes") or ()) <= set(spec.get("accessModes") or ())
    labels = "selector" not in wanted or selects(wanted["selector"], labels_of(volume))
    asked = ((wanted.get("resources") or {}).get("requests") or {}).get("storage", "0")
    return bool(alike and modes and labels and _size(volume) >= nanos(asked))


def _is_for(reference: Object, claim: Object) -> bool:
    meta = claim["metadata"]
    same = reference.get("name") == meta["name"] and reference.get("namespace") == meta["namespace"]
    return same and reference.get("uid") in (None, "", meta["uid"])


def _class(obj: Object) -> str:
    return obj["spec"].get("storageClassName") or ""


def _size(volume: Object) -> int:
    return nanos((volume["spec"].get("capacity") or {}).get("storage", "0"))


def _about(claim: Object) -> Object:
    """claimRef."""
    meta = claim["metadata"]
    about = {"kind": "PersistentVolumeClaim", "namespace": meta["namespace"], "name": meta["name"]}
    return about | {"uid": meta["uid"], "apiVersion": "v1", "resourceVersion": meta["resourceVersion"]}


def _claims_of_pod(pod: Object) -> list[str]:
    """The keys of the claims that a pod uses."""
    rows = pod.get("spec", {}).get("volumes") or ()
    names = [(row.get("persistentVolumeClaim") or {}).get("claimName") for row in rows if isinstance(row, dict)]
    return [f"{pod['metadata'].get('namespace', '')}/{name}" for name in names if name]


def _keys_of_volume(volume: Object) -> list[str]:
    """The key of its claim; of a volume that nobody has claimed its own."""
    row = volume.get("spec", {}).get("claimRef") or {}
    return [f"{row.get('namespace', '')}/{row.get('name')}" if row.get("name") else f"/{volume['metadata']['name']}"]
