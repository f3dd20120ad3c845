"""What is mounted into a container: the files of its volumes, as they would be at this moment."""

import base64
import hashlib
import json
import posixpath
from collections.abc import Iterator

from k8stui.demo.runtime.environment import data_of, field, resource
from k8stui.demo.runtime.files import File
from k8stui.demo.storage.objects import Object
from k8stui.demo.storage.store import Store

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_HOST = {
    "etc/hostname": "{node}\n",
    "etc/os-release": 'NAME="Linux"\nPRETTY_NAME="Linux"\nID=linux\n',
    "etc/kubernetes/kubelet.conf": "apiVersion: v1\nkind: Config\ncurrent-context: default\n",
    "var/log/messages": "systemd[1]: Started kubelet: The Kubernetes Node Agent.\n",
}
"""What a node's own disk shows when it is mounted."""


def mounts(store: Store, pod: Object, container: Object) -> Iterator[tuple[str, bool, dict[str, File]]]:
    """(path, read-only, files by their path below it; the empty path is the mount itself) of every mount."""
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    for mount in container.get("volumeMounts") or ():
        volume = volumes.get(mount["name"])
        if volume is None:
            continue
        files, fixed = _volume(store, pod, container, volume)
        if below := mount.get("subPath"):
            files = _part(files, below)
        yield posixpath.normpath(mount["mountPath"]), fixed or bool(mount.get("readOnly")), files
    given = any(mount["mountPath"] == ACCOUNT for mount in container.get("volumeMounts") or ())
    if not given and pod["spec"].get("automountServiceAccountToken") is not False:
        yield ACCOUNT, True, _files(_account(pod))


def mounted(pod: Object, container: Object) -> Iterator[tuple[str, Object]]:
    """(path, volume) of every mount, for `df` and `mount`."""
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    for mount in container.get("volumeMounts") or ():
        if mount["name"] in volumes:
            yield posixpath.normpath(mount["mountPath"]), volumes[mount["name"]]


def _part(files: dict[str, File], below: str) -> dict[str, File]:
    below = below.strip("/")
    if below in files:
        return {"": files[below]}
    return {path.removeprefix(below + "/"): file for path, file in files.items() if path.startswith(below + "/")}


def _files(data: dict[str, bytes]) -> dict[str, File]:
    return {key: File(value) for key, value in data.items()}


def _volume(store: Store, pod: Object, container: Object, volume: Object) -> tuple[dict[str, File], bool]:
    """The files in a volume, and whether nobody may write there."""
    if "hostPath" in volume:
        root = str(volume["hostPath"].get("path", "/")).strip("/")
        node = str(pod["spec"].get("nodeName", ""))
        host = {path: File(text.format(node=node).encode()) for path, text in _HOST.items()}
        return (_part(host, root) if root else host), False
    if "projected" in volume:
        found: dict[str, bytes] = {}
        for source in volume["projected"].get("sources") or ():
            found |= _projected(store, pod, container, source)
        return _files(found), True
    for key in ("configMap", "secret", "downwardAPI"):
        if key in volume:
            return _files(_projected(store, pod, container, {key: volume[key]})), True
    return ({"lost+found": File()} if "persistentVolumeClaim" in volume else {}), False


def _projected(store: Store, pod: Object, container: Object, source: Object) -> dict[str, bytes]:
    namespace = str(pod["metadata"].get("namespace", "default"))
    if "serviceAccountToken" in source:
        return {source["serviceAccountToken"].get("path", "token"): _account(pod)["token"]}
    if "downwardAPI" in source:
        rows = source["downwardAPI"].get("items") or ()
        return {row["path"]: _downward(pod, container, row).encode() for row in rows}
    for key, name in (("configMap", "configmaps"), ("secret", "secrets")):
        if (given := source.get(key)) is None:
            continue
        data = data_of(store, name, given.get("name") or given.get("secretName", ""), namespace)
        if not data and given.get("name") == "kube-root-ca.crt":
            data = {"ca.crt": _account(pod)["ca.crt"]}
        if given.get("items"):
            return {row["path"]: data[row["key"]] for row in given["items"] if row["key"] in data}
        return data
    return {}


def _downward(pod: Object, container: Object, row: Object) -> str:
    if "fieldRef" in row:
        return field(pod, row["fieldRef"].get("fieldPath", ""))
    asked = row.get("resourceFieldRef") or {}
    return resource(container, asked.get("resource", ""), asked.get("divisor") or "1")


def _account(pod: Object) -> dict[str, bytes]:
    """The files of a service account: a token that says whose it is and opens nothing."""
    namespace = str(pod["metadata"].get("namespace", "default"))
    account = pod["spec"].get("serviceAccountName") or "default"
    issuer = "https://kubernetes.default.svc.cluster.local"
    claims = {"iss": issuer, "sub": f"system:serviceaccount:{namespace}:{account}"}
    halves = ({"alg": "RS256", "typ": "JWT"}, claims)
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in halves]
    signature = hashlib.sha256(b".".join(parts)).hexdigest().encode()
    authority = b"-----BEGIN CERTIFICATE-----\n" + base64.b64encode(b"the embedded cluster") + b"\n"
    authority += b"-----END CERTIFICATE-----\n"
    return {"token": b".".join([*parts, signature]), "ca.crt": authority, "namespace": namespace.encode()}
