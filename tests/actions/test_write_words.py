"""What a typed line means for each write: builders and arguments, or a sentence; no cluster is asked."""

import re
from typing import Any

import pytest

from k8stui.actions import REGISTRY, Action, find
from k8stui.actions.desk import TAB, Asking
from k8stui.actions.writes_nodes import NODE_WRITES
from k8stui.actions.writes_pods import POD_WRITES
from k8stui.actions.writes_tables import NAMESPACE_WRITES, TABLE_WRITES
from k8stui.actions.writes_workloads import WORKLOAD_WRITES
from k8stui.model.kinds import AUTOSCALERS, CRON_JOBS, DEPLOYMENTS, JOBS, NODES, Kind, Ref
from k8stui.model.present import Present


class Row:
    """The least a row has."""

    labels: tuple[tuple[str, str], ...] = ()
    version = "1"

    def __init__(self, kind: Kind = DEPLOYMENTS, name: str = "web") -> None:
        self.ref = Ref(kind, "shop", name, f"uid-{name}")


class Desk:
    """Answers questions and keeps what was asked for."""

    def __init__(self, *answers: str, unable: str = "") -> None:
        self.answers = list(answers)
        self.unable = unable
        self.did: list[tuple[str, Ref, Any]] = []
        self.asked: list[Asking] = []
        self.api = "v2"

    async def change(self, changes: Any, *, typed: bool = False) -> None:
        if self.unable and typed:
            sentence, self.unable = self.unable, ""
            raise ValueError(sentence)
        self.did.extend(changes)

    async def put(self, asking: Asking) -> str | None:
        self.asked.append(asking)
        return self.answers.pop(0) if self.answers else None

    async def present(self, builder: str, rows: object) -> Present:
        return Present(builder)

    async def before_zero(self, ref: Ref) -> int | None:
        return 3

    def version(self, resource: str) -> str:
        return self.api

    def stamp(self) -> str:
        return "2026-11-21T20:00:00Z"

    def suffix(self) -> str:
        return "x7k2p"


async def meant(identity: str, typed: str, *rows: Row, desk: Desk | None = None) -> list[tuple[str, Any]]:
    """What the line asks for, without the objects."""
    desk = desk or Desk()
    action = find(identity)
    assert action.line is not None
    work = action.line(desk, rows or (Row(),), typed)  # type: ignore[arg-type]
    assert work is not None
    await work
    assert [ref for _, ref, _ in desk.did] == [row.ref for row in rows or (Row(),)]
    return [(builder, dict(args)) for builder, _, args in desk.did]


MEANT = [
    ("taints", "k=v:NoSchedule k2-", "taints.taint", {"words": ["k=v:NoSchedule", "k2-"], "overwrite": False}),
    ("taints", "k:NoExecute --overwrite", "taints.taint", {"words": ["k:NoExecute"], "overwrite": True}),
    ("labels", "a=b c-", "metadata.labels", {"changes": {"a": "b", "c": None}, "overwrite": False}),
    ("annotations", "a='b =c'", "metadata.annotations", {"changes": {"a": "b =c"}, "overwrite": False}),
    ("scale", "3", "scaling.scale", {"replicas": 3}),
    ("scale", "--replicas=0 --current-replicas 2", "scaling.scale", {"replicas": 0, "expected": 2}),
    ("scale", "--replicas=3 --current-replicas=-1", "scaling.scale", {"replicas": 3}),
    ("image", "web=nginx:2", "images.image", {"images": {"web": "nginx:2"}}),
    ("env", "A='b c' D- -c web", "environment.env", {"text": "'A=b c' D-", "container": "web"}),
    (
        "resources",
        "web --requests=cpu=100m --limits=memory=1Gi",
        "resources.resources",
        {"container": "web", "requests": "cpu=100m", "limits": "memory=1Gi"},
    ),
    ("resources", "-c web --limits cpu-", "resources.resources", {"container": "web", "limits": "cpu-"}),
    (
        "probe",
        "liveness period=5s -c web",
        "probes.probe",
        {"probe": "liveness", "text": "period=5s", "container": "web"},
    ),
    (
        "autoscale",
        "--min 2 --max 5 --cpu 80",
        "autoscaling.autoscale",
        {"low": "2", "high": "5", "cpu": "80", "version": "v2"},
    ),
    (
        "autoscale",
        "--max 5 --cpu-percent=80",
        "autoscaling.autoscale",
        {"high": "5", "cpu": "80%", "version": "v2"},
    ),
    ("autoscale", "--max=5 --cpu-percent=-1", "autoscaling.autoscale", {"high": "5", "version": "v2"}),
    ("restart", "", "rollout.restart", {"at": "2026-11-21T20:00:00Z"}),
    ("undo", "--to-revision 4", "undo.undo", {"revision": 4}),
    ("undo", "--to-revision=-1", "undo.undo", {"revision": -1}),
    ("undo", "", "undo.undo", {}),
    ("pause-rollout", "", "rollout.pause", {}),
    ("resume", "", "rollout.resume", {}),
    ("suspend", "", "suspending.suspend", {"on": True}),
    ("trigger", "", "suspending.trigger", {"suffix": "x7k2p"}),
    ("finalizers", "-example.com/hold", "removing.finalizer", {"finalizer": "example.com/hold"}),
    ("finalizers", "example.com/hold-", "removing.finalizer", {"finalizer": "example.com/hold"}),
    ("finalize", "", "removing.finalize", {}),
    ("evict", "--grace-period=0", "removing.evict", {"grace": 0}),
    ("delete", "", "removing.delete", {}),
    ("delete", "--force --cascade orphan", "removing.delete", {"force": True, "cascade": "orphan"}),
    ("delete", "--grace-period 30", "removing.delete", {"grace": 30}),
    ("delete", "--grace-period=-5 --cascade=false", "removing.delete", {"grace": -5, "cascade": "orphan"}),
]


@pytest.mark.parametrize(("identity", "typed", "builder", "args"), MEANT)
async def test_a_line_names_the_builder_and_its_arguments(
    identity: str, typed: str, builder: str, args: dict[str, object]
) -> None:
    assert await meant(identity, typed, Row(), Row(name="api")) == [(builder, args)] * 2


async def test_what_a_line_does_depends_on_what_the_row_is() -> None:
    rows = Row(), Row(CRON_JOBS, "nightly"), Row(JOBS, "once")
    assert await meant("resume", "", *rows) == [
        ("rollout.resume", {}),
        ("suspending.suspend", {"on": False}),
        ("suspending.suspend", {"on": False}),
    ]
    assert await meant("autoscale", "--max 9", Row(AUTOSCALERS)) == [("autoscaling.limits", {"low": "", "high": "9"})]


@pytest.mark.parametrize(
    ("identity", "typed", "sentence"),
    [
        ("taints", "k=v", "invalid taint spec: k=v"),
        ("taints", "k=v:noschedule", "unsupported taint effect: it is one of"),
        ("taints", "", "at least one taint update is required"),
        ("taints", "k:NoExecute k-", "can not both modify and remove"),
        ("labels", "a=b=c", "invalid label spec"),
        ("labels", "", "at least one label update is required"),
        ("labels", "a", "unknown label spec: a: write key=value"),
        ("annotations", "a", "invalid annotation format: a"),
        ("annotations", "", "at least one annotation update is required"),
        ("scale", "many", "must be a whole number from 0"),
        ("scale", "-1", "must be a whole number from 0"),
        ("scale", "3 4", "Type one whole number"),
        ("scale", "--replica=3", "'--replica=3' is not known here"),
        ("image", "web", "names no container"),
        ("image", "web=Nginx", "its name must be in small letters"),
        ("image", "web=a web=b", "comes twice"),
        ("image", "*=a web=b", "name either * or single containers"),
        ("env", "1=2", "is no name of a variable"),
        ("env", "A=1 A-", "cannot both be set and removed"),
        ("env", "", "Say what to set"),
        ("resources", "web", "Say which amounts"),
        ("resources", "web --requests=cpu=lots", "cpu"),
        ("resources", "web api --limits=cpu=1", "'api' is a word too many"),
        ("probe", "liveliness period=3", "Name the probe first: liveness, readiness, startup"),
        ("probe", "liveness every=3", "is no timing of a probe"),
        ("autoscale", "", "Say how many pods"),
        ("autoscale", "--min 5 --max 2", "--max=MAXPODS must be larger or equal to --min=MINPODS"),
        ("autoscale", "--max 3 --cpu much", "a percentage of the requests, like 80%"),
        ("undo", "--to-revision=x", "--to-revision must be a whole number"),
        ("undo", "4", "there is --to-revision"),
        ("restart", "web", "it acts on the row under the cursor"),
        ("cordon", "worker-3", "it acts on the row under the cursor"),
        ("finalizers", "a b", "Name the one finalizer"),
        ("finalizers", "-", "Name the one finalizer"),
        ("evict", "--grace-period=soon", "--grace-period must be a whole number"),
        ("delete", "--now --grace-period=3", "--now and --grace-period cannot be specified together"),
        ("delete", "--now --force", "--force and --grace-period greater than 0 cannot be specified together"),
        ("scale", "--replicas=3 --current-replicas=-2", "--current-replicas must be a whole number from -1"),
        ("autoscale", "--max=5 --cpu=80% --cpu-percent=80", "--cpu and --cpu-percent say the same"),
        ("autoscale", "--max=five", "--max must be a whole number, not 'five'"),
        (
            "delete",
            "--force --grace-period=3",
            "--force and --grace-period greater than 0 cannot be specified together",
        ),
        ("delete", "--cascade=all", "invalid cascade value (all)"),
        ("delete", "web", "is not known here"),
        ("labels", "'a=b", "A quote is opened and never closed"),
    ],
)
async def test_a_line_that_means_nothing_is_one_sentence_before_anything_is_asked(
    identity: str, typed: str, sentence: str
) -> None:
    desk, action = Desk(), find(identity)
    assert action.line is not None
    with pytest.raises(ValueError, match=re.escape(sentence)) as raised:
        action.line(desk, (Row(),), typed)  # type: ignore[arg-type]
    assert "\n" not in str(raised.value)
    assert desk.did == []


async def test_a_question_is_judged_by_the_same_rules_and_comes_back_with_what_was_wrong() -> None:
    desk = Desk("other=a:1", "web=a:1", unable='unable to find container named "other"')
    work = find("image").run(desk, (Row(),))  # type: ignore[arg-type]
    assert work is not None
    await work
    first, second = desk.asked
    assert first.judge("web=Nginx")
    assert first.judge("web=nginx") == ""
    assert first.about[0].ref.name == "web"
    assert (second.initial, second.error) == ("other=a:1", 'unable to find container named "other"')
    assert [args["images"] for _, _, args in desk.did] == [{"web": "a:1"}]


async def test_in_a_question_that_shows_what_there_is_it_may_be_replaced() -> None:
    for identity, text in (("taints", "k=v:NoSchedule"), ("labels", "a=b"), ("annotations", "a=b")):
        desk = Desk(text)
        work = find(identity).run(desk, (Row(NODES),))  # type: ignore[arg-type]
        assert work is not None
        await work
        assert desk.did[0][2]["overwrite"] is True


async def test_tab_leads_from_labels_to_annotations_and_back() -> None:
    desk = Desk(TAB, TAB, "a=b")
    work = find("labels").run(desk, (Row(),))  # type: ignore[arg-type]
    assert work is not None
    await work
    assert [asking.title.split()[0] for asking in desk.asked] == ["Labels", "Annotations", "Labels"]
    assert [builder for builder, _, _ in desk.did] == ["metadata.labels"]


@pytest.mark.parametrize("action", [*NODE_WRITES, *POD_WRITES, *TABLE_WRITES, *NAMESPACE_WRITES, *WORKLOAD_WRITES])
def test_every_write_has_a_line_and_acts_on_all_marked_rows(action: Action) -> None:
    assert action.line is not None
    assert action.target
    assert action.many
    assert action.shown_key


def test_kubectls_names_are_known_and_what_takes_words_says_which() -> None:
    usages = {action.word: action.usage for action in REGISTRY if action.line is not None}
    assert {"taint", "label", "annotate", "scale", "image", "env", "resources", "probe", "autoscale"} <= {
        word for word, usage in usages.items() if usage
    }
    assert set("cordon uncordon restart undo pause resume suspend trigger finalizer finalize evict delete".split()) <= {
        *usages
    }
