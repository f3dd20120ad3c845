"""Claims and volumes: what has a storage class gets a volume, as from a provisioner of local directories.

After the persistent volume controller, reduced to dynamic provisioning: binding is at once whatever the binding mode.
"""

from k8stui.demo.controllers.podfacts import finished
from k8stui.demo.controllers.workload import Workload, copied
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, annotations_of, ending, key_of, phase

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
PROTECTION, VOLUME_PROTECTION = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"
NONE = "no persistent volumes available for this claim and no storage class is set"


class Volumes(Workload):
    """Binds claims, and takes volumes away when their claims are gone."""

    def __init__(self, world: World) -> None:
        super().__init__(world, CLAIMS, "persistentvolume-controller")
        self._volumes = world.cache(VOLUMES)
        self._classes = world.cache("storageclasses.storage.k8s.io")
        self._pods = world.cache("pods")
        self.watch("pods", _claims_of_pod)
        self.watch(VOLUMES, _keys_of_volume)

    def reconcile(self, obj: Object) -> None:
        """Bind it, or say why not; let it go when no pod uses it any more."""
        if ending(obj):
            self._release(obj)
        elif not phase(obj):
            self.report(obj, obj["status"] | {"phase": "Pending"})
        elif not obj["spec"].get("volumeName"):
            self._provision(obj)
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

    def _provision(self, claim: Object) -> None:
        name = claim["spec"].get("storageClassName") or ""
        if not name:
            self.events.event(claim, "Normal", "FailedBinding", NONE)
            return
        found = self._classes.get(f"/{name}")
        if found is None:
            words = f'storageclass.storage.k8s.io "{name}" not found'
            self.events.event(claim, "Warning", "ProvisioningFailed", words)
            return
        made = self._volume(claim, found)
        try:
            self.world.registry.create(made)
        except Refusal as refusal:
            if refusal.reason != "AlreadyExists":
                raise
        words = f"Successfully provisioned volume {made['metadata']['name']}"
        self.events.event(claim, "Normal", "ProvisioningSucceeded", words)
        changed = copied(claim)
        provisioner = found.get("provisioner", "")
        changed["metadata"]["annotations"] = annotations_of(claim) | {
            "pv.kubernetes.io/bind-completed": "yes",
            "pv.kubernetes.io/bound-by-controller": "yes",
            "volume.beta.kubernetes.io/storage-provisioner": provisioner,
            "volume.kubernetes.io/storage-provisioner": provisioner,
        }
        changed["spec"]["volumeName"] = made["metadata"]["name"]
        self.world.registry.update(changed)

    def _volume(self, claim: Object, of: Object) -> Object:
        meta, spec = claim["metadata"], claim["spec"]
        name = f"pvc-{meta['uid']}"
        about = {"kind": "PersistentVolumeClaim", "namespace": meta["namespace"], "name": meta["name"]}
        about |= {"uid": meta["uid"], "apiVersion": "v1", "resourceVersion": meta["resourceVersion"]}
        path = f"/opt/local-path-provisioner/{name}_{meta['namespace']}_{meta['name']}"
        return {
            "kind": "PersistentVolume",
            "apiVersion": "v1",
            "metadata": {"name": name, "annotations": {"pv.kubernetes.io/provisioned-by": of.get("provisioner", "")}},
            "spec": {
                "capacity": {"storage": spec.get("resources", {}).get("requests", {}).get("storage", "1Gi")},
                "hostPath": {"path": path, "type": "DirectoryOrCreate"},
                "accessModes": list(spec.get("accessModes", ["ReadWriteOnce"])),
                "claimRef": about,
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


def _claims_of_pod(pod: Object) -> list[str]:
    """The keys of the claims that a pod uses."""
    rows = pod.get("spec", {}).get("volumes") or ()
    names = [(row.get("persistentVolumeClaim") or {}).get("claimName") for row in rows if isinstance(row, dict)]
    return [f"{pod['metadata'].get('namespace', '')}/{name}" for name in names if name]


def _keys_of_volume(volume: Object) -> list[str]:
    """The key of its claim; of a volume that nobody has claimed its own."""
    row = volume.get("spec", {}).get("claimRef") or {}
    return [f"{row.get('namespace', '')}/{row.get('name')}" if row.get("name") else f"/{volume['metadata']['name']}"]
