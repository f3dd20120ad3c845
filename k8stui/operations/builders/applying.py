"""Server-side apply of what somebody typed or pasted: one mutation a document (`kubectl apply --server-side`)."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from k8stui.model import tree
from k8stui.model.kinds import Kind, Ref
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.text import clean
from k8stui.operations.builders.typed_trees import several
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import Inverse, Mutation, Request, Risk

APPLY: Final = "application/apply-patch+yaml"
MANAGER: Final = "k8stui"
_FIRST: Final = {("", "Namespace"): 0, ("apiextensions.k8s.io", "CustomResourceDefinition"): 1}
_OF_THE_SERVER: Final = ("managedFields", "uid", "resourceVersion", "creationTimestamp", "generation", "selfLink")
"""What a copied object says of itself: applied, it would be refused or would pin an old version."""


class Document(Struct, frozen=True):
    """One object to be applied."""

    line: int
    """Where it begins in the text, from 1."""
    tree: Object
    group: str
    version: str
    kind: str
    name: str
    namespace: str

    def __repr__(self) -> str:
        return f"Document({self}, line={self.line})"  # never what a Secret holds

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def documents(text: str) -> list[Document]:
    """The objects in a text, as they have to be applied: namespaces first, then CRDs, the others as they stand.

    The items of a List count singly.

    Raises UnableError with one sentence naming the line: no YAML, no object, an object without a name.
    """
    found = [_document(line, each) for typed in several(text) for line, each in _items(typed.line, typed.tree)]
    if not found:
        raise UnableError("There is nothing to apply: paste an object with apiVersion, kind and metadata.name")
    seen: dict[tuple[str, str, str, str], int] = {}
    for each in found:
        key = (each.group, each.kind, each.namespace, each.name)
        if key in seen:
            raise UnableError(f"Line {each.line}: {each} stands at line {seen[key]} already; leave one of them")
        seen[key] = each.line
    return sorted(found, key=lambda each: _FIRST.get((each.group, each.kind), 2))


def target(document: Document, kind: Kind, namespace: str) -> Ref:
    """Which object it is, without a uid.

    Args:
        document: of `documents`.
        kind: what the server calls its group and kind.
        namespace: for one that names none.

    Raises UnableError: a namespace for what has none, or none where one is needed.
    """
    kind = replace(kind, version=document.version)
    if not kind.namespaced and document.namespace:
        raise UnableError(f"Line {document.line}: {document.kind} has no namespace: remove metadata.namespace")
    if kind.namespaced and not (document.namespace or namespace):
        raise UnableError(f"Line {document.line}: {document} needs a metadata.namespace, or choose a namespace first")
    return Ref(kind, (document.namespace or namespace) if kind.namespaced else "", document.name, "")


def absent(ref: Ref) -> ObjectRow:
    """Stands for an object that is not there yet."""
    return ObjectRow(ref, "", (), b"{}")


def apply(found: ObjectRow, *, document: Object, force: bool = False) -> Mutation:
    """Apply one object as field manager k8stui: what others own is a conflict, which the server names.

    An object that exists is pinned by its uid. What a copied object says of itself (uid, resourceVersion,
    managedFields) is left out. The way back of a new object deletes it; a changed one has none.

    Args:
        found: the object as it is, or `absent`.
        document: the tree of a `Document`.
        force: take over what others own.

    Raises UnableError: the document is another object's.
    """
    ref, kind = found.ref, found.ref.kind
    said = (tree.text(document, "apiVersion"), tree.text(document, "kind"), tree.name(document))
    if said != (kind.api_version, kind.kind, ref.name) or tree.namespace(document) not in ("", ref.namespace):
        raise UnableError(
            f"The document is {clean(' '.join(said), 120)}, not {kind.kind} {ref}: names cannot be changed"
        )
    kept = {key: value for key, value in tree.part(document, "metadata").items() if key not in _OF_THE_SERVER}
    metadata = kept | ({"namespace": ref.namespace} if ref.namespace else {}) | ({"uid": ref.uid} if ref.uid else {})
    query = (("fieldManager", MANAGER), ("fieldValidation", "Strict"), ("force", "true" if force else "false"))
    flags = ["--server-side", f"--field-manager={MANAGER}", *(["--force-conflicts"] if force else [])]
    new = not ref.uid
    return Mutation(
        builder="applying.apply",
        target=ref,
        request=Request("PATCH", ref.path, msgspec.json.encode(document | {"metadata": metadata}), APPLY, query),
        risk=Risk.CHANGE,
        says=f"apply {about(ref)}" + (" (new)" if new else "") + (" (takes over what others own)" if force else ""),
        done=f"{named(ref)} serverside-applied",
        kubectl=command("apply", *flags, "-f", "-", namespace=ref.namespace),
        args={"force": force},
        inverse=Inverse("removing.delete") if new else None,
    )


def _items(line: int, found: Any) -> Iterator[tuple[int, Any]]:
    """Itself, or the items of a List."""
    if isinstance(found, dict) and tree.text(found, "kind").endswith("List") and isinstance(found.get("items"), list):
        for each in found["items"]:
            yield line, each
    else:
        yield line, found


def _document(line: int, found: Any) -> Document:
    if not isinstance(found, dict):
        raise UnableError(f"Line {line}: this is no object: it must have apiVersion, kind and metadata.name")
    api_version, kind, name = tree.text(found, "apiVersion"), tree.text(found, "kind"), tree.name(found)
    for value, field in ((api_version, "apiVersion"), (kind, "kind")):
        if not value:
            raise UnableError(
                f"Line {line}: the object has no {field}: add it, like apiVersion: apps/v1, kind: Deployment"
            )
    if not name:
        hint = ": apply needs a name, generateName does not do" if tree.text(found, "metadata", "generateName") else ""
        raise UnableError(f"Line {line}: the {clean(kind, 60)} has no metadata.name{hint}")
    group, _, version = api_version.rpartition("/")
    return Document(line, found, clean(group), clean(version), clean(kind), clean(name), clean(tree.namespace(found)))
