"""What typed objects look like with nothing in them: a bookmark holds such an object, with a revision.

Source: the bookmarks of a Kubernetes 1.34 server. Kinds that are not here have metadata only.
"""

from typing import Any

import msgspec

from k8stui.demo.storage.kinds import Kind

_ZEROS = (
    (
        "apiextensions.k8s.io/v1/CustomResourceDefinition",
        '{"spec":{"group":"","names":{"plural":"","kind":""},"scope":"","versions":null},"status":{"conditions":null,'
        '"acceptedNames":{"plural":"","kind":""},"storedVersions":null}}',
    ),
    ("apiregistration.k8s.io/v1/APIService", '{"spec":{"groupPriorityMinimum":0,"versionPriority":0},"status":{}}'),
    ("apps/v1/ControllerRevision", '{"data":null,"revision":0}'),
    (
        "apps/v1/DaemonSet",
        '{"spec":{"selector":null,"template":{"metadata":{},"spec":{"containers":null}},"updateStrategy":{}},"status"'
        ':{"currentNumberScheduled":0,"numberMisscheduled":0,"desiredNumberScheduled":0,"numberReady":0}}',
    ),
    (
        "apps/v1/Deployment",
        '{"spec":{"replicas":0,"selector":null,"template":{"metadata":{},"spec":{"containers":null}},"strategy":{}},"'
        'status":{}}',
    ),
    (
        "apps/v1/ReplicaSet",
        '{"spec":{"replicas":0,"selector":null,"template":{"metadata":{},"spec":{"containers":null}}},"status":{"repl'
        'icas":0}}',
    ),
    (
        "apps/v1/StatefulSet",
        '{"spec":{"replicas":0,"selector":null,"template":{"metadata":{},"spec":{"containers":null}},"serviceName":""'
        ',"updateStrategy":{}},"status":{"replicas":0,"availableReplicas":0}}',
    ),
    (
        "autoscaling/v1/HorizontalPodAutoscaler",
        '{"spec":{"scaleTargetRef":{"kind":"","name":""},"maxReplicas":0},"status":{"currentReplicas":0,"desiredRepli'
        'cas":0}}',
    ),
    (
        "autoscaling/v2/HorizontalPodAutoscaler",
        '{"spec":{"scaleTargetRef":{"kind":"","name":""},"maxReplicas":0},"status":{"desiredReplicas":0,"currentMetri'
        'cs":null}}',
    ),
    (
        "batch/v1/CronJob",
        '{"spec":{"schedule":"","jobTemplate":{"metadata":{},"spec":{"template":{"metadata":{},"spec":{"containers":n'
        'ull}}}}},"status":{}}',
    ),
    ("batch/v1/Job", '{"spec":{"template":{"metadata":{},"spec":{"containers":null}}},"status":{}}'),
    ("certificates.k8s.io/v1/CertificateSigningRequest", '{"spec":{"request":null,"signerName":""},"status":{}}'),
    ("discovery.k8s.io/v1/EndpointSlice", '{"addressType":"","endpoints":null,"ports":null}'),
    (
        "events.k8s.io/v1/Event",
        '{"eventTime":null,"regarding":{},"deprecatedSource":{},"deprecatedFirstTimestamp":null,"deprecatedLastTimest'
        'amp":null}',
    ),
    (
        "flowcontrol.apiserver.k8s.io/v1/FlowSchema",
        '{"spec":{"priorityLevelConfiguration":{"name":""},"matchingPrecedence":0},"status":{}}',
    ),
    ("flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration", '{"spec":{"type":""},"status":{}}'),
    (
        "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding coordination.k8s.io/v1/Lease "
        "networking.k8s.io/v1/IPAddress networking.k8s.io/v1/IngressClass resource.k8s.io/v1/DeviceClass "
        "storage.k8s.io/v1/CSIDriver",
        '{"spec":{}}',
    ),
    ("networking.k8s.io/v1/NetworkPolicy", '{"spec":{"podSelector":{}}}'),
    ("node.k8s.io/v1/RuntimeClass", '{"handler":""}'),
    (
        "policy/v1/PodDisruptionBudget",
        '{"spec":{},"status":{"disruptionsAllowed":0,"currentHealthy":0,"desiredHealthy":0,"expectedPods":0}}',
    ),
    ("rbac.authorization.k8s.io/v1/ClusterRole rbac.authorization.k8s.io/v1/Role", '{"rules":null}'),
    (
        "rbac.authorization.k8s.io/v1/ClusterRoleBinding rbac.authorization.k8s.io/v1/RoleBinding",
        '{"roleRef":{"apiGroup":"","kind":"","name":""}}',
    ),
    ("resource.k8s.io/v1/ResourceClaim", '{"spec":{"devices":{"requests":null}},"status":{}}'),
    ("resource.k8s.io/v1/ResourceClaimTemplate", '{"spec":{"metadata":{},"spec":{"devices":{"requests":null}}}}'),
    (
        "resource.k8s.io/v1/ResourceSlice",
        '{"spec":{"driver":"","pool":{"name":"","generation":0,"resourceSliceCount":0},"devices":null}}',
    ),
    ("scheduling.k8s.io/v1/PriorityClass", '{"value":0}'),
    ("storage.k8s.io/v1/CSINode", '{"spec":{"drivers":null}}'),
    ("storage.k8s.io/v1/CSIStorageCapacity", '{"storageClassName":""}'),
    ("storage.k8s.io/v1/StorageClass", '{"provisioner":""}'),
    (
        "storage.k8s.io/v1/VolumeAttachment",
        '{"spec":{"attacher":"","source":{},"nodeName":""},"status":{"attached":false}}',
    ),
    ("storage.k8s.io/v1/VolumeAttributesClass", '{"driverName":""}'),
    (
        "v1/Event",
        '{"involvedObject":{},"source":{},"firstTimestamp":null,"lastTimestamp":null,"eventTime":null,"reportingCompo'
        'nent":"","reportingInstance":""}',
    ),
    ("v1/LimitRange", '{"spec":{"limits":null}}'),
    (
        "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy networking.k8s.io/v1/ServiceCIDR v1/Namespace "
        "v1/PersistentVolume v1/ResourceQuota",
        '{"spec":{},"status":{}}',
    ),
    (
        "v1/Node",
        '{"spec":{},"status":{"daemonEndpoints":{"kubeletEndpoint":{"Port":0}},"nodeInfo":{"machineID":"","systemUUID'
        '":"","bootID":"","kernelVersion":"","osImage":"","containerRuntimeVersion":"","kubeletVersion":"","kubeProxy'
        'Version":"","operatingSystem":"","architecture":""}}}',
    ),
    ("v1/PersistentVolumeClaim", '{"spec":{"resources":{}},"status":{}}'),
    ("v1/Pod", '{"spec":{"containers":null},"status":{}}'),
    ("v1/PodTemplate", '{"template":{"metadata":{},"spec":{"containers":null}}}'),
    ("v1/ReplicationController", '{"spec":{},"status":{"replicas":0}}'),
    ("networking.k8s.io/v1/Ingress v1/Service", '{"spec":{},"status":{"loadBalancer":{}}}'),
)


def zero(kind: Kind) -> dict[str, Any]:
    """An object of this kind with nothing in it, without metadata."""
    wanted = f"{kind.api_version}/{kind.kind}"
    head = {"kind": kind.kind, "apiVersion": kind.api_version}
    for names, text in _ZEROS:
        if wanted in names.split():
            return head | msgspec.json.decode(text, type=dict[str, Any])
    return head
