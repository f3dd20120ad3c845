"""Objects that have something of everything that a description shows."""

from typing import Any

Object = dict[str, Any]
PROBE = {
    "initialDelaySeconds": 3,
    "timeoutSeconds": 2,
    "periodSeconds": 5,
    "successThreshold": 1,
    "failureThreshold": 4,
}
GRPC = PROBE | {"grpc": {"port": 9000, "service": "health"}}
LONG = "x" * 150
NOTES = {
    "short": "value",
    "long": LONG,
    "lines": f"first\n{LONG}\n",
    "kubectl.kubernetes.io/last-applied-configuration": '{"hidden":true}',
}


def template() -> Object:
    """A pod's spec that says everything that kubectl prints of one."""
    return {
        "serviceAccountName": "runner",
        "securityContext": {"seccompProfile": {"type": "Localhost", "localhostProfile": "profiles/pod.json"}},
        "nodeSelector": {"zone": "a", "disk": "ssd"},
        "tolerations": [
            {"key": "spot", "operator": "Equal", "value": "yes", "effect": "NoSchedule"},
            {"key": "maintenance", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30},
            {"operator": "Exists", "key": "any"},
        ],
        "topologySpreadConstraints": [
            {
                "maxSkew": 2,
                "topologyKey": "zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {
                    "matchLabels": {"app": "whole"},
                    "matchExpressions": [
                        {"key": "tier", "operator": "In", "values": ["web", "api"]},
                        {"key": "old", "operator": "DoesNotExist"},
                    ],
                },
            },
            {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"},
        ],
        "initContainers": [
            {"name": "first", "image": "shop/init:1", "command": ["sh", "-c", "one\ntwo"], "args": ["--wait"]},
            {
                "name": "sidecar",
                "image": "shop/sidecar:1",
                "restartPolicy": "Always",
                "resources": {"requests": {"cpu": "50m"}, "limits": {"memory": "64Mi"}},
                "startupProbe": GRPC,
            },
        ],
        "containers": [web(), {"name": "plain", "image": "shop/plain"}],
        "volumes": volumes(),
    }


def web() -> Object:
    """A container with everything."""
    return {
        "name": "web",
        "image": "shop/web:2",
        "command": ["serve"],
        "args": ["--port=8080", "a\nb"],
        "ports": [
            {"name": "http", "containerPort": 8080, "hostPort": 8080},
            {"containerPort": 53, "protocol": "UDP"},
        ],
        "securityContext": {"seccompProfile": {"type": "Localhost", "localhostProfile": "profiles/web.json"}},
        "resources": {
            "requests": {"cpu": "0.1", "memory": "128Mi", "ephemeral-storage": "1Gi", "example.com/gpu": "1"},
            "limits": {"cpu": "1500m", "memory": "256Mi", "example.com/gpu": "1"},
        },
        "livenessProbe": PROBE | {"httpGet": {"path": "/healthz?full=1&x=ä b", "port": "http", "scheme": "HTTPS"}},
        "readinessProbe": PROBE | {"exec": {"command": ["cat", "/ready now"]}},
        "startupProbe": PROBE | {"tcpSocket": {"port": 8080, "host": "127.0.0.1"}},
        "envFrom": [
            {"configMapRef": {"name": "settings"}},
            {"prefix": "DB_", "secretRef": {"name": "db", "optional": True}},
        ],
        "env": [
            {"name": "PLAIN", "value": "value"},
            {"name": "EMPTY"},
            {"name": "LINES", "value": "one\ntwo"},
            {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "SPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
            {"name": "ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "LABEL", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "CPU_MILLI", "valueFrom": {"resourceFieldRef": {"resource": "requests.cpu", "divisor": "1m"}}},
            {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
            {"name": "DISK", "valueFrom": {"resourceFieldRef": {"resource": "requests.ephemeral-storage"}}},
            {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
            {"name": "MAYBE", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a", "optional": True}}},
        ],
        "volumeMounts": [
            {"name": "scratch", "mountPath": "/tmp/scratch"},
            {"name": "settings", "mountPath": "/etc/settings", "readOnly": True, "subPath": 'a"b'},
        ],
        "volumeDevices": [{"name": "claim", "devicePath": "/dev/xvda"}],
    }


def debugger() -> Object:
    """What `kubectl debug` adds."""
    return {"name": "debugger", "image": "busybox", "targetContainerName": "web", "stdin": True, "tty": True}


def volumes() -> list[Object]:
    """One of each type that a server takes."""
    sources: Object = {
        "scratch": {"emptyDir": {}},
        "small": {"emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
        "settings": {"configMap": {"name": "settings"}},
        "password": {"secret": {"secretName": "db", "optional": True}},
        "claim": {"persistentVolumeClaim": {"claimName": "data", "readOnly": True}},
        "host": {"hostPath": {"path": "/var/log", "type": "Directory"}},
        "hosts": {"hostPath": {"path": "/srv"}},
        "about": {
            "downwardAPI": {
                "items": [
                    {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}},
                    {"path": "cpu", "resourceFieldRef": {"containerName": "web", "resource": "limits.cpu"}},
                ]
            }
        },
        "together": {
            "projected": {
                "sources": [
                    {"serviceAccountToken": {"path": "token", "expirationSeconds": 3607}},
                    {"configMap": {"name": "kube-root-ca.crt"}},
                    {"downwardAPI": {"items": [{"path": "n", "fieldRef": {"fieldPath": "metadata.name"}}]}},
                    {"secret": {"name": "db", "optional": True}},
                ]
            }
        },
        "driver": {"csi": {"driver": "csi.example", "fsType": "ext4", "volumeAttributes": {"b": LONG, "a": "1"}}},
        "bare": {"csi": {"driver": "csi.example", "readOnly": True}},
        "share": {"nfs": {"server": "nas", "path": "/export"}},
        "inline": {
            "ephemeral": {
                "volumeClaimTemplate": {
                    "metadata": {"labels": {"a": "b"}},
                    "spec": {
                        "accessModes": ["ReadWriteOnce"],
                        "storageClassName": "fast",
                        "resources": {"requests": {"storage": "1Gi"}},
                        "dataSource": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "s"},
                    },
                }
            }
        },
    } | old_volumes()
    return [{"name": name} | source for name, source in sources.items()]


def old_volumes() -> Object:
    """Types that clouds and storage makers once brought; a server takes them still."""
    secret = {"secretRef": {"name": "keys"}}
    return {
        "gce": {"gcePersistentDisk": {"pdName": "disk", "fsType": "ext4", "partition": 1}},
        "aws": {"awsElasticBlockStore": {"volumeID": "vol-1", "readOnly": True}},
        "git": {"gitRepo": {"repository": "https://git.example/x", "revision": "main"}},
        "iscsi": {
            "iscsi": {"targetPortal": "10.0.0.1", "iqn": "iqn.2001-04.example:disk", "lun": 2, "portals": ["p1", "p2"]}
            | {"initiatorName": "iqn.1996-04.example:client"}
        },
        "gluster": {"glusterfs": {"endpoints": "g", "path": "vol"}},
        "rbd": {"rbd": {"monitors": ["a:1", "b:2"], "image": "img"} | secret},
        "quobyte": {"quobyte": {"registry": "reg:1", "volume": "v"}},
        "adisk": {
            "azureDisk": {"diskName": "d", "diskURI": "https://azure.example/d.vhd", "kind": "Shared"}
            | {"cachingMode": "None", "fsType": "ext4", "readOnly": True}
        },
        "vsphere": {"vsphereVolume": {"volumePath": "[ds] x", "storagePolicyName": "gold"}},
        "cinder": {"cinder": {"volumeID": "c"} | secret},
        "photon": {"photonPersistentDisk": {"pdID": "p"}},
        "portworx": {"portworxVolume": {"volumeID": "px"}},
        "scaleio": {"scaleIO": {"gateway": "g", "system": "s", "volumeName": "v"} | secret},
        "ceph": {"cephfs": {"monitors": ["m:1"], "user": "admin"} | secret},
        "os": {"storageos": {"volumeName": "v", "volumeNamespace": "n"}},
        "fibre": {"fc": {"targetWWNs": ["500a", "500b"], "lun": 3}},
        "afile": {"azureFile": {"secretName": "keys", "shareName": "s"}},
        "flex": {"flexVolume": {"driver": "example/lvm", "options": {"size": "1"}} | secret},
        "flocker": {"flocker": {"datasetName": "d"}},
        "image": {"image": {"reference": "shop/data:1", "pullPolicy": "IfNotPresent"}},
    }


def pod(name: str, namespace: str, **spec: Any) -> Object:
    """A pod that nobody starts: a gate keeps it from being scheduled."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": "whole", "tier": "web"}},
        "spec": {"schedulingGates": [{"name": "example.com/held"}], **spec},
    }


def status() -> Object:
    """The status of the pod of `template`: a container in each state."""
    ended = {"startedAt": "2026-01-02T03:04:05Z", "finishedAt": "2026-01-02T03:05:05Z", "containerID": "c://0"}
    base = {"image": "i", "imageID": "shop/web@sha256:1", "containerID": "c://1", "restartCount": 0, "ready": False}
    failed = ended | {"exitCode": 137, "reason": "OOMKilled", "message": "killed\nby the kernel\n"}
    return {
        "phase": "Pending",
        "reason": "Because",
        "message": "one thing",
        "podIP": "10.1.2.3",
        "podIPs": [{"ip": "10.1.2.3"}, {"ip": "fd00::3"}],
        "startTime": "2026-01-02T03:00:00Z",
        "nominatedNodeName": "worker-9",
        "conditions": [
            {"type": "Ready", "status": "False", "reason": "ContainersNotReady"},
            {"type": "example.com/feature", "status": "True"},
        ],
        "initContainerStatuses": [
            base | {"name": "first", "state": {"terminated": ended | {"exitCode": 0, "reason": "Completed"}}},
            base | {"name": "sidecar", "state": {"running": {"startedAt": "2026-01-02T03:06:00Z"}}, "ready": True},
        ],
        "ephemeralContainerStatuses": [base | {"name": "debugger", "state": {"waiting": {}}}],
        "containerStatuses": [
            base
            | {"name": "web", "restartCount": 4, "lastState": {"terminated": failed | {"signal": 9}}}
            | {"state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}},
            base | {"name": "plain", "state": {"terminated": ended | {"exitCode": 1}}},
        ],
    }


def node(name: str) -> Object:
    """A node with everything that a description shows in metadata and spec."""
    return {
        "metadata": {
            "name": name,
            "labels": {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/edge": "", "zone": "a"}
            | {"kubernetes.io/role": "old"},
            "annotations": NOTES,
        },
        "spec": {
            "unschedulable": True,
            "podCIDR": "10.9.0.0/24",
            "podCIDRs": ["10.9.0.0/24", "fd00:9::/64"],
            "providerID": "example://a/1",
            "taints": [
                {"key": "z", "value": "1", "effect": "NoSchedule"},
                {"key": "a", "effect": "NoSchedule"},
                {"key": "m", "value": "x", "effect": "NoExecute"},
            ],
        },
    }


def node_status() -> Object:
    """Its status: huge pages, an extended resource, conditions good and bad."""
    amounts = {"cpu": "4", "memory": "16384256Ki", "pods": "110", "ephemeral-storage": "100Gi", "hugepages-2Mi": "64Mi"}
    times = {"lastHeartbeatTime": "2026-01-02T03:04:05Z", "lastTransitionTime": "2026-01-02T03:00:00Z"}
    return {
        "capacity": amounts | {"example.com/gpu": "2"},
        "allocatable": amounts | {"cpu": "3800m", "example.com/gpu": "2", "hugepages-1Gi": "0"},
        "conditions": [
            times
            | {"type": "MemoryPressure", "status": "True", "reason": "Low", "message": "kubelet is short of memory"},
            {"type": "DiskPressure", "status": "Unknown"},
            times | {"type": "Ready", "status": "False", "reason": "NotReady", "message": "no network"},
        ],
        "addresses": [{"type": "InternalIP", "address": "10.0.0.9"}, {"type": "Hostname", "address": "everything"}],
        "nodeInfo": {"machineID": "m", "systemUUID": "s", "bootID": "b", "kernelVersion": "6.1", "osImage": "Linux"}
        | {"operatingSystem": "linux", "architecture": "arm64", "containerRuntimeVersion": "containerd://2"}
        | {"kubeletVersion": "v1.34.1", "kubeProxyVersion": ""},
    }


def load(on: str, namespace: str) -> list[Object]:
    """Pods on that node: plain ones, with init containers and sidecars, overhead, huge pages, one that has ended."""
    small = {"requests": {"cpu": "290m", "memory": "100M"}, "limits": {"cpu": "1", "memory": "1Gi"}}
    huge = {"hugepages-2Mi": "4Mi", "memory": "64Mi", "cpu": "0.5", "example.com/gpu": "1", "ephemeral-storage": "1Gi"}
    first = {"name": "first", "image": "i", "resources": {"requests": {"cpu": "2", "memory": "1Mi"}}}
    beside = {"name": "beside", "image": "i", "restartPolicy": "Always", "resources": small}
    web = {"name": "web", "image": "i", "resources": small}
    specs: dict[str, Object] = {
        "plain": {"containers": [web, {"name": "more", "image": "i", "resources": {"limits": {"memory": "10Mi"}}}]},
        "starting": {"initContainers": [beside, first], "containers": [web]},
        "huge": {"containers": [{"name": "web", "image": "i", "resources": {"requests": huge, "limits": huge}}]},
        "nothing": {"containers": [{"name": "web", "image": "i"}]},
    }
    found = [pod(f"{on}-{name}", namespace, **spec) for name, spec in specs.items()]
    for each in found:
        del each["spec"]["schedulingGates"]
        each["spec"] |= {"nodeName": on, "tolerations": [{"operator": "Exists"}]}
    return found


def node_events(made: Object) -> list[Object]:
    """Under the node's uid, under its name, and of a node that had the name before (which is not meant)."""
    name = made["metadata"]["name"]
    about = {"kind": "Node", "apiVersion": "v1", "name": name}
    times = {"firstTimestamp": "2026-01-02T03:04:05Z", "lastTimestamp": "2026-01-02T03:14:05Z"}
    many = {
        "type": "Warning",
        "reason": "Often",
        "message": "  again\n",
        "count": 7,
        "source": {"component": "kubelet"},
    }
    new: Object = {
        "type": "Normal",
        "reason": "New",
        "message": "told the new way",
        "eventTime": "2026-01-02T04:00:00.000000Z",
    }
    new |= {"reportingComponent": "example.com/controller", "reportingInstance": "c-0", "action": "Telling"}
    series = {"series": {"count": 3, "lastObservedTime": "2026-01-02T05:00:00.000000Z"}}
    return [
        {"metadata": {"name": f"{name}.{index}", "namespace": "default"}, "involvedObject": about | {"uid": uid}}
        | event
        for index, (uid, event) in enumerate(
            [
                (made["metadata"]["uid"], many | times),
                (name, times | {"type": "Normal", "reason": "Once", "message": "started", "count": 1}),
                (made["metadata"]["uid"], new),
                (name, new | series),
                ("somebody-else", many | times),
            ]
        )
    ]
