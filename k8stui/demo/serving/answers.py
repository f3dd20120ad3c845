"""Objects in the form a client asked for: the bytes as stored, Tables, or metadata only."""

from typing import Any

import msgspec
from msgspec import UNSET, Struct, field

from k8stui.demo.serving.lists import Page
from k8stui.demo.serving.media import JSON, Form
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.errors import Refusal, bad_request
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Store
from k8stui.demo.tables.printers import printer
from k8stui.demo.tables.tables import Printer

_PARTIAL = "PartialObjectMetadata"
INCLUDES = ("", "Metadata", "Object", "None")


class Answer(Struct):
    """A response that fits into memory."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    """Texts for Warning headers, one header each."""


class _Metadata(Struct):
    metadata: msgspec.Raw | msgspec.UnsetType = UNSET


class Renderer:
    """Makes answers about one kind in one form."""

    def __init__(self, store: Store, kind: Kind, ask: Ask, form: Form) -> None:
        """Raises Refusal (400) for an includeObject that is none."""
        self._store = store
        self._kind = kind
        self._form = form
        self._head = kind.head
        self._printer: Printer | None = None
        self._include = ask.query.get("includeObject", "")
        if form.table and self._include not in INCLUDES:
            why = f"includeObject: Invalid value: \"{self._include}\": must be 'Metadata', 'Object', 'None', or empty"
            raise bad_request(f"Unable to convert to Table as requested: {why}")

    def page(self, page: Page) -> Answer:
        """A list."""
        self._check_form(listed=True)
        if self._form.table:
            return Answer(self._table(page.entries, page.metadata(), columns=True) + b"\n")
        name, version = self._kind.list_kind, self._kind.api_version
        if self._form.metadata:
            name, version = "PartialObjectMetadataList", f"meta.k8s.io/{self._form.version}"
            items = [self._partial(entry) for entry in page.entries]
        elif self._kind.custom or self._kind.view:
            items = [self.body(entry, items=True) for entry in page.entries]
        else:
            items = [entry.raw for entry in page.entries]
        metadata = {"continue": "", **page.metadata()} if self._kind.custom else page.metadata()
        head = msgspec.json.encode({"kind": name, "apiVersion": version, "metadata": metadata})
        return Answer(b"".join((head[:-1], b',"items":[', b",".join(items), b"]}\n")))

    def one(self, obj: dict[str, Any], status: int = 200) -> Answer:
        """One object, which may be one that was never stored (dryRun)."""
        self._check_form(listed=False)
        if self._form.table or self._form.metadata:
            stored = self._kind.view.store(obj) if self._kind.view else obj
            return Answer(self.entry(self._as_entry(stored)) + b"\n", status)
        return Answer(msgspec.json.encode(obj) + b"\n", status)

    def stored(self, entry: Entry) -> Answer:
        """One object as it is stored."""
        self._check_form(listed=False)
        return Answer(self.entry(entry) + b"\n")

    def body(self, entry: Entry, *, items: bool = False) -> bytes:
        """The whole object in the shape of this kind; among the items of a list built-in kinds do not say theirs."""
        if self._kind.view is None:
            return entry.body(self._head)
        shown = self._kind.view.show(msgspec.json.decode(entry.raw))
        head = {} if items else {"kind": self._kind.kind, "apiVersion": self._kind.api_version}
        return msgspec.json.encode(head | shown)

    def entry(self, entry: Entry, *, columns: bool = True) -> bytes:
        """One object as JSON without a line end; a Table has its column definitions only if wanted."""
        if self._form.table:
            version: dict[str, object] = {"resourceVersion": str(entry.version)} if entry.version else {}
            return self._table([entry], version, columns=columns)
        return self._partial(entry) if self._form.metadata else self.body(entry)

    def empty(self, obj: dict[str, Any], *, columns: bool) -> bytes:
        """An object that has nothing but a kind, zero values and some metadata (a bookmark's) as JSON."""
        head = {"kind": _PARTIAL, "apiVersion": f"meta.k8s.io/{self._form.version}"}
        partial = head | {"metadata": obj["metadata"]}
        if self._form.metadata or not self._form.table:
            return msgspec.json.encode(partial if self._form.metadata else obj)
        shown = partial if self._include in ("", "Metadata") else obj if self._include == "Object" else None
        stored = self._kind.view.store(obj) if self._kind.view else obj
        row = self._columns_of().row(stored, self._store.clock.now()) | {"object": shown}
        version = {"resourceVersion": obj["metadata"]["resourceVersion"]}
        return self._encoded([row], version, columns=columns)

    def _check_form(self, *, listed: bool) -> None:
        """Metadata are those of one object or of a list. Raises Refusal (406) when the other is wanted."""
        if self._form.listed in (None, listed):
            return
        name, what = ("PartialObjectMetadataList", "not a list") if self._form.listed else (_PARTIAL, "a list")
        group = self._kind.stored_as[0].partition(".")[0] or "core"
        kind = self._kind.list_kind if listed else self._kind.kind
        go = f"unstructured.Unstructured{'List' * listed}" if self._kind.custom else f"{group}.{kind}"
        raise Refusal(406, "NotAcceptable", f"you requested {name}, but the requested object is {what} (*{go})")

    def _columns_of(self) -> Printer:
        if self._printer is None:
            self._printer = printer(self._kind)
        return self._printer

    def _partial(self, entry: Entry) -> bytes:
        metadata = msgspec.json.decode(entry.raw, type=_Metadata).metadata
        raw = b"{}" if metadata is UNSET else bytes(metadata)
        if (mark := self._kind.bridge) and mark.encode() in raw:
            raw = _without(raw, mark)
        version = self._form.version.encode()
        return b'{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/%s","metadata":%s}' % (version, raw)

    def _table(self, entries: list[Entry], metadata: dict[str, object], *, columns: bool) -> bytes:
        columns_of = self._columns_of()
        now = self._store.clock.now()
        rows = []
        for entry in entries:
            row = columns_of.row(msgspec.json.decode(entry.raw), now)
            if self._include == "Object":
                row["object"] = msgspec.Raw(self.body(entry))
            elif self._include == "None":
                row["object"] = None
            else:
                row["object"] = msgspec.Raw(self._partial(entry))
            rows.append(row)
        return self._encoded(rows, metadata, columns=columns)

    def _encoded(self, rows: list[dict[str, Any]], metadata: dict[str, Any], *, columns: bool) -> bytes:
        head = {"kind": "Table", "apiVersion": f"meta.k8s.io/{self._form.version}"}
        table: dict[str, object] = head | {"metadata": metadata}
        table["columnDefinitions"] = self._columns_of().definitions() if columns else None
        return msgspec.json.encode(table | {"rows": rows})

    def _as_entry(self, obj: dict[str, Any]) -> Entry:
        meta = obj["metadata"]
        rest = {key: value for key, value in obj.items() if key not in ("kind", "apiVersion")}
        version = int(meta.get("resourceVersion") or 0)
        return Entry(meta.get("namespace", ""), meta["name"], meta["uid"], version, {}, {}, msgspec.json.encode(rest))


def _without(metadata: bytes, annotation: str) -> bytes:
    meta = msgspec.json.decode(metadata)
    notes = meta.get("annotations")
    if isinstance(notes, dict):
        notes.pop(annotation, None)
        if not notes:
            del meta["annotations"]
    return msgspec.json.encode(meta)


def status_answer(metadata: dict[str, Any], kind: Kind) -> Answer:
    """What most deletes answer: a Status with the uid of what went."""
    details = {"name": metadata["name"], "group": kind.group, "kind": kind.plural, "uid": metadata["uid"]}
    shown = {key: value for key, value in details.items() if value}
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": shown}
    return Answer(msgspec.json.encode(status) + b"\n")
