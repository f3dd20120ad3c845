"""What a server counts of itself, as Prometheus reads it (`/metrics`): few metrics, by the names of a real server."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Store

_VERBS = {"create": "POST", "update": "PUT"}
_VERBS |= {verb: verb.upper() for verb in ("get", "list", "watch", "patch", "delete", "deletecollection")}

Labels = tuple[tuple[str, str], ...]


class Counters:
    """Counts requests; everything else it is told when it is asked."""

    def __init__(self) -> None:
        self._requests: Counter[Labels] = Counter()

    def count(self, ask: Ask, kind: Kind | None, status: int) -> None:
        """One request was answered (a watch: began to be). Of what is not served no name is kept."""
        labels = {"code": str(status), "verb": _VERBS.get(ask.verb, "OTHER")}
        if kind is not None:
            labels |= {"group": kind.group, "version": kind.version, "resource": kind.plural}
            labels["subresource"] = ask.subresource if kind.has(ask.subresource) else ""
            labels["scope"] = "resource" if ask.name else "namespace" if ask.namespace else "cluster"
        self._requests[tuple(sorted(labels.items()))] += 1

    def text(self, store: Store, watches: Iterable[str]) -> str:
        """All of it: `watches` are the resources of the open ones."""
        open_watches: Counter[Labels] = Counter((("resource", name), ("verb", "WATCH")) for name in watches)
        objects: dict[Labels, int] = {
            (("resource", ".".join(filter(None, (table.kind.plural, table.kind.group)))),): len(table.entries)
            for table in store.tables()
        }
        lines = [
            *_metric("apiserver_request_total", "counter", "Requests, by verb, resource and code.", self._requests),
            *_metric("apiserver_longrunning_requests", "gauge", "Watches that are open.", open_watches),
            *_metric("apiserver_storage_objects", "gauge", "Stored objects, by resource.", objects),
            *_metric("apiserver_storage_revision", "gauge", "The revision of the store.", {(): store.revision}),
        ]
        return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, about: str, values: Mapping[Labels, int]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"
    for labels, value in sorted(values.items()):
        shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
        yield f"{name}{{{shown}}} {value}" if shown else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
