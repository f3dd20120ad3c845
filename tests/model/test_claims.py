"""Volume claims: kubectl's columns, who uses them, and why one waits."""

from typing import Any

import pytest

from k8stui.cluster.claim_lines import ClaimLines
from k8stui.cluster.store import Store
from k8stui.model.claim_row import Claim, StorageClass
from k8stui.model.claims import COLUMNS, ClaimLine, explain, search_text, tone
from k8stui.model.columns import Tone
from k8stui.model.kinds import STORAGE_CLASSES, VOLUME_CLAIMS
from k8stui.model.pods import Pod
from tests.support.decoded import NOW, ago, decoded
from tests.support.decoded import pod as pod_row

COLUMN = {column.title: column for column in COLUMNS}
WAITS = "WaitForFirstConsumer"


def claim(name: str = "data", phase: str = "Pending", meta: dict[str, Any] | None = None, **spec: Any) -> Claim:
    status = spec.pop("status", {}) | {"phase": phase}
    base = {"name": name, "namespace": "shop", "uid": f"u-{name}", "resourceVersion": "1", "creationTimestamp": ago(60)}
    asked = {
        "resources": {"requests": {"storage": "8Gi"}},
        "accessModes": ["ReadWriteOnce"],
        "volumeMode": "Filesystem",
    }
    found: Claim = decoded(VOLUME_CLAIMS, {"metadata": base | (meta or {}), "spec": asked | spec, "status": status})
    return found


def storage_class(name: str = "fast", mode: str = "Immediate", *, default: bool = False, **rest: Any) -> StorageClass:
    notes = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    meta = {"name": name, "uid": f"c-{name}", "resourceVersion": "1", "annotations": notes}
    body = {"metadata": meta, "provisioner": "disks.example", "volumeBindingMode": mode, **rest}
    found: StorageClass = decoded(STORAGE_CLASSES, body)
    return found


def pod(name: str, *claims: str, phase: str = "Running", version: str = "1", ephemeral: str = "") -> Pod:
    volumes: list[Any] = [{"name": each, "persistentVolumeClaim": {"claimName": each}} for each in claims]
    volumes += [{"name": "token", "projected": {}}] + ([{"name": ephemeral, "ephemeral": {}}] if ephemeral else [])
    return pod_row(
        {"name": name, "uid": f"p-{name}", "resourceVersion": version}, {"volumes": volumes}, {"phase": phase}
    )


def cells(line: ClaimLine) -> dict[str, str]:
    return {title: column.text(line, NOW) for title, column in COLUMN.items()}


def test_kubectls_columns() -> None:
    status = {"capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteMany", "ReadWriteOnce"]}
    bound = cells(ClaimLine(claim(phase="Bound", volumeName="pv-1", storageClassName="fast", status=status), 2))
    assert bound == {
        "NAMESPACE": "shop",
        "NAME": "data",
        "STATUS": "Bound",
        "VOLUME": "pv-1",
        "CAPACITY": "10Gi",
        "ACCESS MODES": "RWO,RWX",
        "STORAGECLASS": "fast",
        "VOLUMEATTRIBUTESCLASS": "<unset>",
        "USED BY": "2 pods",
        "AGE": "60s",
        "VOLUMEMODE": "Filesystem",
    }
    waiting = cells(ClaimLine(claim(status=status)))
    assert [waiting[title] for title in ("STATUS", "VOLUME", "CAPACITY", "ACCESS MODES")] == ["Pending", "", "", ""]
    assert cells(ClaimLine(claim(phase="Bound", volumeName="v")))["CAPACITY"] == "0"
    assert cells(ClaimLine(claim(meta={"deletionTimestamp": ago(1)})))["STATUS"] == "Terminating"
    old = {"annotations": {"volume.beta.kubernetes.io/storage-class": "old"}}
    assert cells(ClaimLine(claim(meta=old, storageClassName="new")))["STORAGECLASS"] == "old"


@pytest.mark.parametrize(
    ("found", "users", "of", "mood", "why"),
    [
        (claim(storageClassName="fast"), 0, storage_class(mode=WAITS), Tone.MUTED, "It waits for a pod that uses it"),
        (claim(storageClassName="fast"), 1, storage_class(mode=WAITS), Tone.WARNING, "disks.example has not made"),
        (claim(storageClassName="fast"), 0, storage_class(), Tone.WARNING, "disks.example has not made"),
        (claim(storageClassName="gone"), 0, None, Tone.WARNING, "There is no StorageClass gone"),
        (claim(), 0, None, Tone.WARNING, "It names no class and there is no default"),
        (claim(storageClassName=""), 0, None, Tone.WARNING, "It names an empty class"),
        (claim(volumeName="pv-9"), 0, storage_class(mode=WAITS), Tone.WARNING, "It waits for the volume pv-9"),
        (
            claim(storageClassName="local"),
            1,
            storage_class("local", WAITS, provisioner="kubernetes.io/no-provisioner"),
            Tone.WARNING,
            "Nobody makes volumes of the class local: none is free that fits (8Gi).",
        ),
        (claim(phase="Bound", volumeName="v"), 1, None, Tone.OK, ""),
        (claim(phase="Lost", volumeName="v"), 1, None, Tone.BAD, "Its volume v is gone"),
        (
            claim(phase="Bound", volumeName="v", meta={"deletionTimestamp": ago(1)}),
            2,
            None,
            Tone.CHANGING,
            "It is deleted as soon as nobody uses it: 2 pods use it.",
        ),
        (
            claim(
                phase="Bound",
                volumeName="v",
                status={"conditions": [{"type": "FileSystemResizePending", "status": "True"}]},
            ),
            1,
            None,
            Tone.OK,
            "FileSystemResizePending.",
        ),
    ],
)
def test_why_it_waits(found: Claim, users: int, of: StorageClass | None, mood: Tone, why: str) -> None:
    line = ClaimLine(found, users, of)
    assert tone(line, NOW) is mood
    assert explain(line).startswith(why)
    assert bool(explain(line)) is bool(why)


def test_a_class_that_may_not_be_seen_is_not_called_missing() -> None:
    line = ClaimLine(claim(storageClassName="fast"))
    assert explain(line, classes_known=False) == "It has no volume yet."


def test_sorting_and_the_filter() -> None:
    lines = [ClaimLine(claim(phase="Bound", volumeName="v")), ClaimLine(claim()), ClaimLine(claim(phase="Lost"))]
    assert sorted(lines, key=COLUMN["STATUS"].order) == lines[::-1]
    sizes = [claim(phase="Bound", volumeName="v", status={"capacity": {"storage": each}}) for each in ("10Gi", "900Mi")]
    found = [ClaimLine(each) for each in (*sizes, claim())]
    assert sorted(found, key=COLUMN["CAPACITY"].order) == [found[1], found[0], found[2]]
    assert "nobody" in cells(lines[0])["USED BY"]
    assert "Pending" in search_text(lines[1])


# ---- the join


class House:
    def __init__(self) -> None:
        self.claims: Store[Claim] = Store()
        self.pods: Store[Pod] = Store()
        self.classes: Store[StorageClass] = Store()
        self.claims.put(claim("data"))
        self.claims.put(claim("logs", storageClassName="fast"))
        self.claims.put(claim("web-1-cache", storageClassName=""))
        self.lines = ClaimLines(self.claims, self.pods, self.classes)

    def line(self, name: str) -> ClaimLine:
        found = self.lines.get(f"u-{name}")
        assert found is not None
        return found


def test_pods_that_have_not_ended_count() -> None:
    house = House()
    house.pods.put(pod("a", "data", "logs"))
    house.pods.put(pod("b", "data"))
    house.pods.put(pod("web-1", ephemeral="cache"))
    assert [house.line(name).users for name in ("data", "logs", "web-1-cache")] == [2, 1, 1]
    house.pods.put(pod("a", "data", "logs", phase="Succeeded", version="2"))
    house.pods.remove("p-b")
    assert [house.line(name).users for name in ("data", "logs")] == [0, 0]


def test_a_pod_event_that_changes_no_use_marks_no_claim() -> None:
    house = House()
    house.pods.put(pod("a", "data"))
    changes = house.lines.subscribe(lambda: None)
    house.pods.put(pod("a", "data", version="2"))
    house.pods.put(pod("c"))
    assert not changes.dirty
    house.pods.put(pod("a", "logs", version="3"))
    assert changes.take().uids == {"u-data", "u-logs"}


def test_a_class_counts_for_those_that_name_it_and_the_default_for_those_that_name_none() -> None:
    house = House()
    house.classes.put(storage_class("fast"))
    assert (house.line("logs").storage_class is not None, house.line("data").storage_class) == (True, None)
    house.classes.put(storage_class("usual", default=True))
    found = house.line("data").storage_class
    assert found is not None
    assert found.ref.name == "usual"
    assert house.line("web-1-cache").storage_class is None, "an empty name wants no class"
    house.classes.remove("c-usual")
    house.classes.remove("c-fast")
    assert (house.line("logs").storage_class, house.line("data").storage_class) == (None, None)
    house.lines.close()
    house.pods.put(pod("z", "data"))
    assert not house.lines.rows
