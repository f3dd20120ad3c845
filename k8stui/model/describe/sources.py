"""What a volume is made from: for each type the sentence and the fields that kubectl prints."""

from msgspec import Struct

from k8stui.model import kinds
from k8stui.model.kinds import Kind


class Field(Struct, frozen=True):
    """One field of a source."""

    title: str
    path: tuple[str, ...]
    missing: str = ""
    """What is printed where it is not there."""
    listed: bool = False
    """Its values are parted by commas, without brackets around them."""
    kind: Kind | None = None
    """It is the name of such an object."""


class Source(Struct, frozen=True):
    """A type of volume."""

    said: str
    fields: tuple[Field, ...]


_MISSING = {"?": "false", "#": "0", "!": "<none>", ",": ""}
_NAMED = {
    "secretName": kinds.SECRETS,
    "claimName": kinds.VOLUME_CLAIMS,
    "secretRef.name": kinds.SECRETS,
}


def _source(said: str, fields: str = "", **named: Kind) -> Source:
    """`Title=path, …`; a path begins with ? where missing means false, # 0, ! <none>; with a comma for a list."""
    found = []
    for each in filter(None, fields.split(", ")):
        title, _, path = each.partition("=")
        mark = path[0] if path[0] in _MISSING else ""
        path = path.removeprefix(mark)
        kind = named.get(path) or _NAMED.get(path)
        found.append(Field(title, tuple(path.split(".")), _MISSING.get(mark, ""), mark == ",", kind))
    return Source(said, tuple(found))


_FS = "FSType=fsType, ReadOnly=?readOnly"
_DISK = "FSType=fsType, Partition=#partition, ReadOnly=?readOnly"

SOURCES: dict[str, Source] = {
    "hostPath": _source("HostPath (bare host directory volume)", "Path=path, HostPathType=!type"),
    "emptyDir": _source("EmptyDir (a temporary directory that shares a pod's lifetime)", "Medium=medium"),
    "gcePersistentDisk": _source(
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)", f"PDName=pdName, {_DISK}"
    ),
    "awsElasticBlockStore": _source(
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)", f"VolumeID=volumeID, {_DISK}"
    ),
    "gitRepo": _source(
        "GitRepo (a volume that is pulled from git when the pod is created)",
        "Repository=repository, Revision=revision",
    ),
    "secret": _source("Secret (a volume populated by a Secret)", "SecretName=secretName, Optional=?optional"),
    "configMap": _source(
        "ConfigMap (a volume populated by a ConfigMap)", "Name=name, Optional=?optional", name=kinds.CONFIG_MAPS
    ),
    "nfs": _source(
        "NFS (an NFS mount that lasts the lifetime of a pod)", "Server=server, Path=path, ReadOnly=?readOnly"
    ),
    "iscsi": _source(
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        "TargetPortal=targetPortal, IQN=iqn, Lun=#lun, ISCSIInterface=iscsiInterface, FSType=fsType, "
        "ReadOnly=?readOnly, Portals=portals, DiscoveryCHAPAuth=?chapAuthDiscovery, "
        "SessionCHAPAuth=?chapAuthSession, SecretRef=!secretRef.name, InitiatorName=!initiatorName",
    ),
    "glusterfs": _source(
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        "EndpointsName=endpoints, Path=path, ReadOnly=?readOnly",
    ),
    "persistentVolumeClaim": _source(
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        "ClaimName=claimName, ReadOnly=?readOnly",
    ),
    "ephemeral": _source(
        "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"
    ),
    "rbd": _source(
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        "CephMonitors=monitors, RBDImage=image, FSType=fsType, RBDPool=pool, RadosUser=user, Keyring=keyring, "
        "SecretRef=!secretRef.name, ReadOnly=?readOnly",
    ),
    "quobyte": _source(
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        "Registry=registry, Volume=volume, ReadOnly=?readOnly",
    ),
    "downwardAPI": _source("DownwardAPI (a volume populated by information about the pod)"),
    "azureDisk": _source(
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        "DiskName=diskName, DiskURI=diskURI, Kind=kind, FSType=fsType, CachingMode=cachingMode, ReadOnly=?readOnly",
    ),
    "vsphereVolume": _source(
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        "VolumePath=volumePath, FSType=fsType, StoragePolicyName=storagePolicyName",
    ),
    "cinder": _source(
        "Cinder (a Persistent Disk resource in OpenStack)", f"VolumeID=volumeID, {_FS}, SecretRef=!secretRef.name"
    ),
    "photonPersistentDisk": _source(
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)", "PdID=pdID, FSType=fsType"
    ),
    "portworxVolume": _source("PortworxVolume (a Portworx Volume resource)", "VolumeID=volumeID"),
    "scaleIO": _source(
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        "Gateway=gateway, System=system, Protection Domain=protectionDomain, Storage Pool=storagePool, "
        f"Storage Mode=storageMode, VolumeName=volumeName, {_FS}",
    ),
    "cephfs": _source(
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        "Monitors=monitors, Path=path, User=user, SecretFile=secretFile, SecretRef=!secretRef.name, ReadOnly=?readOnly",
    ),
    "storageos": _source(
        "StorageOS (a StorageOS Persistent Disk resource)",
        f"VolumeName=volumeName, VolumeNamespace=volumeNamespace, {_FS}",
    ),
    "fc": _source("FC (a Fibre Channel disk)", f"TargetWWNs=,targetWWNs, LUN=!lun, {_FS}"),
    "azureFile": _source(
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        "SecretName=secretName, ShareName=shareName, ReadOnly=?readOnly",
    ),
    "flexVolume": _source(
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        "Driver=driver, FSType=fsType, SecretRef=!secretRef.name, ReadOnly=?readOnly, Options=options",
    ),
    "flocker": _source(
        "Flocker (a Flocker volume mounted by the Flocker agent)", "DatasetName=datasetName, DatasetUUID=datasetUUID"
    ),
    "projected": _source("Projected (a volume that contains injected data from multiple sources)"),
    "csi": _source("CSI (a Container Storage Interface (CSI) volume source)", f"Driver=driver, {_FS}"),
    "image": _source("Image (a container image or OCI artifact)", "Reference=reference, PullPolicy=pullPolicy"),
}
"""The volumes of pods, in the order in which kubectl looks for them."""

PERSISTENT: dict[str, Source] = SOURCES | {
    "local": _source("LocalVolume (a persistent volume backed by local storage on a node)", "Path=path"),
    "csi": _source(
        "CSI (a Container Storage Interface (CSI) volume source)",
        "Driver=driver, FSType=fsType, VolumeHandle=volumeHandle, ReadOnly=?readOnly",
    ),
    "glusterfs": _source(
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        "EndpointsName=endpoints, EndpointsNamespace=!endpointsNamespace, Path=path, ReadOnly=?readOnly",
    ),
    "azureFile": _source(
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        "SecretName=secretName, SecretNamespace=secretNamespace, ShareName=shareName, ReadOnly=?readOnly",
    ),
    "scaleIO": _source(
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        "Gateway=gateway, System=system, Protection Domain=protectionDomain, Storage Pool=storagePool, "
        "Storage Mode=storageMode, VolumeName=volumeName, SecretName=secretRef.name, "
        f"SecretNamespace=secretRef.namespace, {_FS}",
    ),
}
"""The sources of PersistentVolumes."""
