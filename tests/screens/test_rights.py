"""Rights told truthfully: keys, footer, menu, help and command line of users who may not do everything."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from k8stui.app import K8sTui
from k8stui.cluster.reviews import ACCESS, RULES
from k8stui.demo.access.rules import Rule
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.settings import Overrides
from tests.support.clock import ManualClock
from tests.support.event_scene import events_shown
from tests.support.house import (
    SHORT,
    idle,
    running,
    settled,
    status,
    tells,
    text,
    typed,
    under_cursor,
    until_denied,
)
from tests.support.narrow import config, may, refused, reviews, user
from tests.support.objects import node, pod
from tests.support.scene import furnish
from tests.support.waiting import WITHIN, eventually

VIEWER = Overrides(context="demo-viewer")
READ = "get list watch"
IN = (may("get", "pods/exec pods/attach pods/log"), may("patch", "pods/ephemeralcontainers"))
"""The ways into a pod, and to its logs."""
PATIENT = replace(SHORT, denied_retry=60.0)
"""As in life: what is refused is not asked about again while a test runs."""


@pytest.fixture
def shop(cluster: EmbeddedCluster) -> EmbeddedCluster:
    furnish(cluster)
    return cluster


def footer(app: K8sTui) -> str:
    return app.home.footer.plain


def greyed(app: K8sTui) -> list[str]:
    """The keys that the footer shows greyed."""
    return [entry.key for entry in app.home.footer._entries if not entry.enabled]


async def when(app: K8sTui, condition: Callable[[], object]) -> None:
    """Wait until it is so, and painted."""
    await eventually(condition, within=WITHIN)
    await idle(app)


# Keys and the footer


async def test_a_greyed_key_says_its_reason_and_does_nothing(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(shop, clock, timing=PATIENT, overrides=VIEWER, size=(120, 24)) as (app, _):
        await settled(app, shop)
        await when(app, lambda: app.home.session and app.home.session.access.namespaces)
        await typed(app, "1")
        await tells(app, "Nodes: you may not list nodes in this cluster (user viewer)")
        assert app.home.places.place.view == "pods"
        assert "1: needs list nodes" in footer(app)
        assert refused(shop)["list nodes"] <= 1  # that of the join


async def test_a_key_says_which_right_it_lacks(shop: EmbeddedCluster, clock: ManualClock) -> None:
    user(shop, may(READ, "nodes"))
    async with running(shop, clock, timing=PATIENT, config=config(shop), view="nodes", size=(120, 24)) as (app, _):
        await settled(app, shop)
        await when(app, lambda: str(app.home.rights.lack(_find("drain"), app.home.rows())))
        await typed(app, "D")
        await tells(app, "Drain: you may not patch nodes in this cluster (user bob)")
        assert "D: needs patch nodes" in footer(app)
        await typed(app, "c")
        await tells(app, "Cordon: you may not patch nodes in this cluster (user bob)")
        assert "c: needs patch nodes" in footer(app)


async def test_the_right_of_the_rows_own_namespace_counts(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    for namespace in ("blue", "red"):
        cluster.add_namespace(namespace)
        for number in range(3):
            cluster.store.create(pod(f"{namespace}-{number}", namespace))
    user(cluster, may("list watch", "pods"), may("get patch", "pods", "red"), *IN)
    async with running(cluster, clock, timing=PATIENT, config=config(cluster), all_namespaces=True, size=(120, 24)) as (
        app,
        _,
    ):
        await settled(app, cluster)
        assert under_cursor(app) == "blue-0"
        await when(app, lambda: greyed(app))
        assert greyed(app) == ["d", "y", "e"]
        assert "d: needs get pods" in footer(app)
        await typed(app, "G")
        assert under_cursor(app) == "red-2"
        await when(app, lambda: not greyed(app))
        assert "needs" not in footer(app)
        asked = reviews(cluster)
        await typed(app, "g", "j", "j")
        assert greyed(app) == ["d", "y", "e"]
        await typed(app, "d")
        await tells(app, "Describe: you may not get pods in blue (user bob)")
        await typed(app, "G", "k")
        assert not greyed(app)
        assert reviews(cluster) == asked  # rules are of namespaces, not of rows


async def test_one_object_that_may_be_read_by_name_is_not_greyed(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    for number in range(2):
        cluster.store.create(pod(f"web-{number}"))
    named = Rule(("get", "patch"), ("",), ("pods",), "default", ("web-1",))
    user(cluster, may("list watch", "pods", "default"), named, *IN)
    async with running(cluster, clock, timing=PATIENT, config=config(cluster, "default"), size=(120, 24)) as (app, _):
        await settled(app, cluster)
        await when(app, lambda: greyed(app) == ["d", "y", "e"])
        await typed(app, "j")
        assert under_cursor(app) == "web-1"
        assert not greyed(app)


async def test_what_is_not_known_greys_nothing(shop: EmbeddedCluster, clock: ManualClock) -> None:
    for path in (RULES, ACCESS):
        shop.faults.add(Fault(path=path, status=500))
    async with running(shop, clock, timing=PATIENT, overrides=VIEWER, size=(120, 24)) as (app, _):
        await settled(app, shop)
        await when(app, lambda: reviews(shop) >= 2)
        assert not greyed(app)
        assert app.home.rights.lack(_find("drain"), app.home.rows()) is None
        asked = reviews(shop)
        await typed(app, "a", "escape", "j", "k", "?", "escape")
        assert reviews(shop) - asked <= 20  # once each, however often they are painted
        before = reviews(shop)
        await typed(app, "a", "escape", "j", "k", "?", "escape")
        assert reviews(shop) == before
        await typed(app, ":secrets\r")
        await until_denied(app)


async def test_trap_11_a_grant_is_seen_after_ctrl_r(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(node("worker-1"))
    user(cluster, may("list watch", "pods", "default"))
    async with running(cluster, clock, timing=PATIENT, config=config(cluster, "default"), size=(120, 24)) as (app, _):
        await settled(app, cluster)
        await when(app, lambda: app.home.session and app.home.session.access.namespaces)
        await typed(app, "1")
        assert app.home.places.place.view == "pods"
        user(cluster, may("list watch", "pods nodes"))
        await typed(app, "1")
        assert app.home.places.place.view == "pods"
        await typed(app, "ctrl+r", "1")
        await settled(app, cluster)
        assert "nodes 1" in status(app)


async def test_a_refused_request_greys_at_once(shop: EmbeddedCluster, clock: ManualClock) -> None:
    """The rules still say yes (a webhook denies, or the role was taken away a moment ago)."""
    async with running(shop, clock, timing=PATIENT, overrides=VIEWER, size=(120, 24)) as (app, _):
        await settled(app, shop)
        await when(app, lambda: app.home.session and app.home.session.access.namespaces)
        assert greyed(app) == ["s", "b", "e"]  # a viewer
        shop.access.deny("get", "pods")
        session = app.home.session
        assert session is not None
        ref = app.home.rows()[0].ref
        from k8stui.kube.errors import ApiError

        with pytest.raises(ApiError):
            await session.connection.request("GET", ref.path)
        await when(app, lambda: greyed(app) == ["s", "b", "d", "y", "e"])
        assert "needs get pods" in footer(app)


async def test_idle_asks_nothing(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(shop, clock, timing=PATIENT, overrides=VIEWER) as (app, _):
        await settled(app, shop)
        session = app.home.session
        assert session is not None
        await when(app, lambda: session.access.namespaces and not session.access._questions.asking)
        asked = reviews(shop)
        for _ in range(5):
            app.home.paint()
            await idle(app)
        assert reviews(shop) == asked


async def test_an_admin_costs_one_question(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(shop, clock, timing=PATIENT, all_namespaces=True) as (app, _):
        await settled(app, shop)
        await when(app, lambda: reviews(shop) and not app.home.session.access._questions.asking)  # type: ignore[union-attr]
        await typed(app, "G", "g", "a", "escape", ":", "se", "escape", "?", "escape", "1")
        await settled(app, shop)
        await typed(app, "G", "a", "escape")
        assert reviews(shop) == 1


# The menu, the help and the command line


async def test_the_menu_greys_with_verb_and_resource(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(shop, clock, timing=PATIENT, overrides=VIEWER, size=(150, 90)) as (app, _):
        await settled(app, shop)
        await typed(app, "a")
        await when(app, lambda: any("you may not list nodes" in line for line in text(app)))
        lines = text(app)
        shell = next(line for line in lines if " Shell " in line)
        assert "you may not get pods/exec in shop" in shell.replace("…", "")
        logs = next(line for line in lines if "Previous log" in line)
        assert "you may not" not in logs
        await typed(app, "nodes", "\r")
        assert app.home.places.place.view == "pods"
        assert any("you may not list nodes in this cluster" in line for line in text(app))


async def test_the_help_says_what_is_missing(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(shop, clock, timing=PATIENT, overrides=VIEWER, size=(120, 60)) as (app, _):
        await settled(app, shop)
        await when(app, lambda: app.home.session and app.home.session.access.namespaces)
        await typed(app, "?")
        line = next(line for line in text(app) if "Nodes: " in line)
        assert "you may not list nodes in this cluster (user viewer)" in line


async def test_their_kinds_come_first_and_the_others_say_why_not(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(shop, clock, timing=PATIENT, overrides=VIEWER, size=(120, 30)) as (app, _):
        await settled(app, shop)
        await typed(app, ":", "se")
        line = app.home.command_line
        await when(app, lambda: any(choice.why_not for choice in line.choices.lines))
        offered = [(choice.text, bool(choice.why_not)) for choice in line.choices.lines]
        assert ("services", False) in offered
        assert ("secrets", True) in offered
        lacking = [lacks for _, lacks in offered]
        assert lacking == sorted(lacking)
        asked = reviews(shop)
        await typed(app, "crets\r")
        assert line.error.startswith("secrets: you may not list secrets in shop (user viewer)")
        assert line.is_open
        assert app.home.places.place.view == "pods"
        assert reviews(shop) == asked


async def test_the_command_line_asks_only_for_what_is_in_sight(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    user(cluster, may("list watch", "pods"))
    async with running(cluster, clock, timing=PATIENT, config=config(cluster), all_namespaces=True) as (app, _):
        await settled(app, cluster)
        before = reviews(cluster)
        await typed(app, ":")
        await when(app, lambda: app.home.session and not app.home.session.access._questions.asking)
        assert reviews(cluster) - before < 20
        session = app.home.session
        assert session is not None
        assert session.kinds is not None
        assert len(session.kinds.preferred) > 40


def _find(identity: str):  # type: ignore[no-untyped-def]
    from k8stui.actions import find

    return find(identity)


async def test_in_a_read_only_context_a_key_that_writes_says_so(shop: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(shop, clock, read_only=("demo",), size=(120, 24)) as (app, _):
        await settled(app, shop)
        await typed(app, "ctrl+d")
        await tells(app, "the context demo is read-only")
        assert app.home.rights.lack(_find("describe"), app.home.rows()) is None


SESSIONS = "pods/exec pods/attach"


async def test_who_may_only_get_sessions_may_have_them(shop: EmbeddedCluster, clock: ManualClock) -> None:
    """Servers before 1.35 want no more for a WebSocket: nothing is greyed that would work."""
    user(shop, may(READ, "pods"), may("get", SESSIONS))
    async with running(shop, clock, timing=PATIENT, config=config(shop), view="pods", size=(120, 24)) as (app, _):
        await settled(app, shop)
        await when(app, lambda: app.home.rights.lack(_find("delete"), app.home.rows()))
        rows = app.home.rows()
        assert not any(app.home.rights.lack(_find(each), rows) for each in ("shell", "exec", "attach"))


async def test_who_may_only_create_sessions_reads_why_that_is_not_enough(
    shop: EmbeddedCluster, clock: ManualClock
) -> None:
    user(shop, may(READ, "pods"), may("create", SESSIONS))
    async with running(shop, clock, timing=PATIENT, config=config(shop), view="pods", size=(120, 24)) as (app, _):
        await settled(app, shop)
        await when(app, lambda: app.home.rights.lack(_find("shell"), app.home.rows()))
        await typed(app, "s")
        says = "k8stui opens sessions over WebSocket, which this server allows with get pods/exec"
        await tells(app, says)
        assert str(app.home.rights.lack(_find("attach"), app.home.rows())).endswith(says.replace("exec", "attach"))


@pytest.mark.parametrize("identity", ["shell", "exec", "attach", "sweep-attach", "debug-attach", "debug-start"])
async def test_in_a_read_only_context_nobody_gets_into_a_pod(
    shop: EmbeddedCluster, clock: ManualClock, identity: str
) -> None:
    async with running(shop, clock, read_only=("demo",), view="pods", size=(120, 24)) as (app, _):
        await settled(app, shop)
        assert "read-only" in str(app.home.rights.lack(_find(identity), app.home.rows()))


async def test_a_storm_is_unfolded_without_the_right_to_read_its_objects(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    user(cluster, may("list watch", "pods events"))
    async with events_shown(cluster, clock, timing=PATIENT, config=config(cluster)) as app:
        rows = {row.objects: row for row in app.home.pane.view.window(0, 9)}  # type: ignore[union-attr]
        enter = _find("event-object")
        await when(app, lambda: app.home.rights.lack(enter, [rows[1]]))
        assert app.home.rights.lack(enter, [rows[3]]) is None


async def test_the_status_line_names_the_user_that_the_server_sees(shop: EmbeddedCluster, clock: ManualClock) -> None:
    user(shop, may(READ, "pods"))
    flags = Overrides(impersonate_user="bob")
    async with running(shop, clock, timing=PATIENT, overrides=flags, size=(140, 24)) as (app, _):
        await settled(app, shop)
        assert "bob" in status(app)
