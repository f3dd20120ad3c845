"""What can be changed of an object of any kind: labels, annotations, finalizers; and deleting it."""

from k8stui.actions.action import Action, Need
from k8stui.actions.desk import Asking, Change, Desk, Rows
from k8stui.actions.options import options
from k8stui.actions.places import Where
from k8stui.actions.writes import Write, asked, at_once, each, nothing, titled

_HINT = "key=value adds or changes, key- removes; several with blanks between"


def _label(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """In kubectl's words: what is there is replaced with `--overwrite` alone."""
    from k8stui.operations.builders.metadata import parse_labels

    given = options(typed, switches=("--overwrite",))
    changes = parse_labels(given.words)
    if not changes:
        raise ValueError("at least one label update is required: write key=value, or key- to remove it")
    return each(rows, "metadata.labels", {"changes": changes, "overwrite": "--overwrite" in given.switches})


def _label_asked(desk: Desk, rows: Rows, typed: str) -> list[Change]:
    return _label(desk, rows, f"--overwrite {typed}")


def _labels(desk: Desk, rows: Rows) -> Asking:
    return Asking(
        title=titled("Labels", rows),
        hint=_HINT,
        judge=lambda text: "",
        learn=lambda: desk.present("metadata.labels", rows),
        listing="labels",
        other="annotations",
    )


def _annotate(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """In kubectl's words: what is there is replaced with `--overwrite` alone."""
    from k8stui.operations.builders.metadata import parse_annotations

    given = options(typed, switches=("--overwrite",))
    changes = parse_annotations(given.words)
    if not changes:
        raise ValueError("at least one annotation update is required: write key=value, or key- to remove it")
    return each(rows, "metadata.annotations", {"changes": changes, "overwrite": "--overwrite" in given.switches})


def _annotate_asked(desk: Desk, rows: Rows, typed: str) -> list[Change]:
    return _annotate(desk, rows, f"--overwrite {typed}")


def _annotations(desk: Desk, rows: Rows) -> Asking:
    return Asking(
        title=titled("Annotations", rows),
        hint=f"{_HINT}; quotes hold a value with blanks together",
        judge=lambda text: "",
        learn=lambda: desk.present("metadata.annotations", rows),
        listing="annotations",
        other="labels",
    )


def _finalizer(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """One finalizer: `example.com/hold-`, `-example.com/hold` or its bare name."""
    words = options(typed).words
    name = words[0].removeprefix("-").removesuffix("-") if len(words) == 1 else ""
    if not name:
        raise ValueError("Name the one finalizer to take away: NAME-, as it stands in metadata.finalizers")
    return each(rows, "removing.finalizer", {"finalizer": name})


def _finalizers(desk: Desk, rows: Rows) -> Asking:
    return Asking(
        title=titled("Finalizers", rows),
        hint="name- takes one away: what it waits for is then cleaned up by nobody",
        judge=lambda text: "",
        learn=lambda: desk.present("removing.finalizer", rows),
        listing="finalizers",
    )


def _finalize(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    nothing(typed)
    return each(rows, "removing.finalize", {})


def _delete(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """kubectl's options; what excludes each other is the builder's to say."""
    from k8stui.operations.builders.removing import cascade_of, grace_of
    from k8stui.operations.builders.scaling import ANY, whole

    given = options(
        typed, {"--grace-period": "grace", "--cascade": "cascade"}, switches=("--now", "--force"), words=False
    )
    args: dict[str, object] = {name.removeprefix("--"): True for name in sorted(given.switches)}
    if "grace" in given.values:
        args["grace"] = whole(given.values["grace"], "--grace-period", ANY)
    if "cascade" in given.values:
        args["cascade"] = cascade_of(given.values["cascade"])
    grace = args.get("grace")
    grace_of(grace if isinstance(grace, int) else None, now="now" in args, force="force" in args)
    return each(rows, "removing.delete", args)


LABELS: Action = asked(
    Write(
        id="labels",
        key="L",
        label="Labels and annotations",
        where=Where.TABLE,
        about="labels and annotations: add, change, remove",
        also=("label",),
        usage="KEY=VALUE KEY- [--overwrite]",
    ),
    _label,
    _labels,
    words_asked=_label_asked,
    beside=lambda desk, rows: ANNOTATIONS.run(desk, rows),
)
ANNOTATIONS: Action = asked(
    Write(
        id="annotations",
        label="Annotations",
        where=Where.TABLE,
        about="annotations: add, change, remove",
        also=("annotate",),
        usage="KEY=VALUE KEY- [--overwrite]",
    ),
    _annotate,
    _annotations,
    words_asked=_annotate_asked,
    beside=lambda desk, rows: LABELS.run(desk, rows),
)
TABLE_WRITES = (
    LABELS,
    ANNOTATIONS,
    asked(
        Write(
            id="finalizers",
            label="Finalizers",
            where=Where.TABLE,
            about="why it is stuck, and taking one finalizer away",
            also=("finalizer",),
            usage="NAME-",
        ),
        _finalizer,
        _finalizers,
    ),
    at_once(
        Write(
            id="delete",
            key="ctrl+d",
            label="Delete",
            where=Where.TABLE,
            needs=(Need("delete", ""),),
            about="what it owns goes too",
            usage="[--now] [--force] [--grace-period=N] [--cascade=background|foreground|orphan]",
        ),
        _delete,
    ),
)
NAMESPACE_WRITES = (
    at_once(
        Write(
            id="finalize",
            label="Finalize",
            where=Where.NAMESPACES,
            needs=(Need("update", "namespaces/finalize"),),
            about="let a namespace go that is stuck in its deletion; what is left in it is out of reach",
        ),
        _finalize,
    ),
)
