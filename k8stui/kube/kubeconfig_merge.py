"""Several kubeconfig files as one, by the rules of client-go's loader (tools/clientcmd/loader.go)."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from k8stui.kube.errors import ConfigError
from k8stui.kube.files import Stamp, read, shown, stamp
from k8stui.kube.yamlfile import Entry, parse
from k8stui.model.text import clean


class Named(Struct, frozen=True, eq=False):
    """One named cluster, user or context and where it stands."""

    name: str
    entry: Entry
    base: Path
    """The directory that relative paths in it start from."""


class Merged(Struct, eq=False):
    """All files together: for each name, and for current-context, the first file that has it wins."""

    files: tuple[Path, ...] = ()
    """Those asked for, there or not."""
    stamps: dict[Path, Stamp] = {}
    """What each of them looked like when it was read."""
    current: str = ""
    clusters: dict[str, Named] = {}
    users: dict[str, Named] = {}
    contexts: dict[str, Named] = {}

    @property
    def empty(self) -> bool:
        """Nothing was there at all."""
        return not (self.clusters or self.users or self.contexts or self.current)


def locations(explicit: Path | None, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files to read: --kubeconfig alone, else $KUBECONFIG's list, else ~/.kube/config."""
    if explicit is not None:
        return (explicit.absolute(),)
    listed = environ.get("KUBECONFIG", "")
    if listed:
        return tuple(dict.fromkeys(Path(part).absolute() for part in listed.split(os.pathsep) if part))
    home = environ.get("HOME")
    return ((Path(home) if home else Path.home()).absolute() / ".kube" / "config",)


def merge(files: tuple[Path, ...], *, must_exist: bool) -> Merged:
    """Read and merge them.

    Args:
        files: absolute paths; empty files are skipped.
        must_exist: a missing one is an error (--kubeconfig) and not skipped ($KUBECONFIG).

    Raises:
        ConfigError: a file that cannot be read or understood.
    """
    merged = Merged(files)
    for path in files:
        # Before reading: a change in between is then seen as one.
        merged.stamps[path] = stamp(path)
        if must_exist or path.exists():
            add(merged, read(path, "The kubeconfig"), shown(path), path.parent)
    return merged


def add(merged: Merged, raw: bytes, file: str, base: Path) -> None:
    """Add one file's entries behind those that are there. Raises ConfigError."""
    root = parse(raw, file)
    if root is None:
        return
    kind, version = root.text("kind"), root.text("apiVersion")
    if kind not in ("", "Config"):
        raise root.error(f"this is an object of kind {clean(kind, 64)}, not a kubeconfig (kind: Config)", "kind")
    if version not in ("", "v1"):
        raise root.error("the apiVersion of a kubeconfig must be v1", "apiVersion")
    merged.current = merged.current or clean(root.text("current-context"))
    for into, plural, singular in (
        (merged.clusters, "clusters", "cluster"),
        (merged.users, "users", "user"),
        (merged.contexts, "contexts", "context"),
    ):
        for name, named in _named(root, plural, singular, base).items():
            into.setdefault(name, named)


def known(names: Mapping[str, object], what: str) -> str:
    """`known contexts: a, b, c` (some of them where there are many)."""
    if not names:
        return f"no {what} is there"
    some = list(names)[:8]
    more = f" and {len(names) - len(some)} more" if len(names) > len(some) else ""
    return f"known {what}s: {', '.join(some)}{more}"


def lookup(names: Mapping[str, Named], name: str, what: str, asked_by: str) -> Named:
    """The entry of that name; ConfigError says who asked for it and which are known."""
    found = names.get(name)
    if found is None:
        raise ConfigError(f"{asked_by} names the {what} {name}, which is not there; {known(names, what)}")
    return found


def _named(root: Entry, plural: str, singular: str, base: Path) -> dict[str, Named]:
    """One of the three lists as a mapping. As in kubectl, a name may come only once in a file."""
    found: dict[str, Named] = {}
    for item in root.entries(plural):
        name = clean(item.text("name"))
        if name in found:
            first = found[name].entry.line
            raise item.error(
                f"the {singular} {name} is there twice (first at line {first}); rename or remove one", "name"
            )
        if name:
            found[name] = Named(name, item.entry(singular) or item.empty(singular), base)
    return found
