"""Images as a node sees them: whether a name is one, what a pull takes, and what containerd says when it fails."""

import re
from hashlib import sha256

from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.kubelet.runs import between
from k8stui.demo.storage.objects import Object

_NAME = re.compile(
    r"(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)
SPEED = 60e6
"""Bytes a second of a pull."""
KEPT = 50
"""Images that a node's status names (nodeStatusMaxImages)."""


def valid(image: str) -> bool:
    """Whether it is a reference at all."""
    return _NAME.fullmatch(image) is not None


def invalid(image: str) -> str:
    """What the kubelet says of a reference that is none."""
    why = "invalid reference format"
    if image != image.lower() and _NAME.fullmatch(image.lower()):
        why = "invalid reference format: repository name (" + image.lower().partition(":")[0] + ") must be lowercase"
        why = why.replace(image.lower().partition(":")[0], image.partition(":")[0])
    return f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": {why}'


def resolved(image: str) -> str:
    """An image's name as containerd reports it: with its registry and tag."""
    name, at, digest = image.partition("@")
    head, slash, rest = name.partition("/")
    if not slash:
        name = f"docker.io/library/{name}"
    elif "." not in head and ":" not in head and head != "localhost":
        name = f"docker.io/{name}"
    if at:
        return f"{name}@{digest}"
    return name if ":" in rest.rpartition("/")[2] or (not slash and ":" in head) else f"{name}:latest"


def size(image: str) -> int:
    """Bytes: the same for an image wherever it is."""
    small = any(name in image for name in ("busybox", "alpine", "pause"))
    return int(between(1e6, 4e6, "size", image) if small else between(6e6, 180e6, "size", image))


def seconds(image: str, habit: Habit, node: str) -> float:
    """What a pull takes on a node."""
    return habit.pull or 0.25 + size(image) / SPEED * between(0.8, 1.4, node, image)


def digest(image: str) -> str:
    """The imageID of a container: repository and digest."""
    name, _, given = resolved(image).partition("@")
    repository = name if given else name.rpartition(":")[0]
    return f"{repository}@{given or 'sha256:' + sha256(image.encode()).hexdigest()}"


def failure(image: str, habit: Habit) -> str:
    """What containerd says when a pull fails."""
    name = resolved(image)
    start = f'failed to pull and unpack image "{name}": failed to resolve reference "{name}": '
    if habit.refusal:
        return f"{start}{habit.refusal}"
    if name.startswith("docker.io/"):
        why = "pull access denied, repository does not exist or may require authorization: server message: "
        return f"{start}{why}insufficient_scope: authorization failed"
    return f"rpc error: code = NotFound desc = {start}{name}: not found"


def duration(seconds: float) -> str:
    """A time.Duration as Go prints it, to the millisecond: `1m20s`, `2.5s`, `300ms`."""
    milliseconds = round(seconds * 1000)
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    found = f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{found}"
    return f"{minutes}m{found}" if minutes else found


def held(node: Object) -> set[str]:
    """The images that a node's status names."""
    return {name for row in (node.get("status") or {}).get("images") or () for name in row.get("names") or ()}
