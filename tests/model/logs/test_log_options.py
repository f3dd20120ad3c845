"""kubectl's options of logs: typed, sent and written as a command; against what the real kubectl sent."""

import re
import shlex
from urllib.parse import parse_qsl, urlsplit

import pytest

from k8stui.model.kinds import CRON_JOBS, DEPLOYMENTS, PODS, Ref
from k8stui.model.logs.asked import parse
from k8stui.model.logs.options import ALL, LogOptions
from k8stui.model.logs.target import Target
from tests.support.golden import recorded

WEB = Target(namespace="shop", pods=(Ref(PODS, "shop", "web-1", "u"),))
DEPLOY = Target(namespace="shop", owner=Ref(DEPLOYMENTS, "shop", "web", "u"))
LABELLED = Target(namespace="shop", selector="app in (a,b)")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {}),
        ("web-1", {}),
        ("web-1 app", {"container": "app"}),
        ("web-1 -c app", {"container": "app"}),
        ("web-1 -capp --container=side", {"container": "side"}),
        ("web-1 --all-containers", {"container": ALL}),
        ("web-1 --all-containers=false", {}),
        ("-fp web-1", {"previous": True}),
        ("web-1 --since=10m --tail 100", {"since": 600, "tail": 100}),
        ("web-1 --since 1h30m", {"since": 5400}),
        ("web-1 --since=1.5s", {"since": 2}),
        ("web-1 --since=100ms", {"since": 1}),
        ("web-1 --since=0", {}),
        ("web-1 --since=.5h", {"since": 1800}),
        ("web-1 --since=+1h2m3us", {"since": 3720}),
        ("web-1 --since=0 --since-time=2024-01-01T00:00:00,5Z", {"since_time": "2024-01-01T00:00:00Z"}),
        ("web-1 --since-time=0099-01-01T00:00:00Z", {"since_time": "0099-01-01T00:00:00Z"}),
        ("web-1 --since-time=0001-01-01T00:00:00Z", {}),
        ("web-1 --tail=0x10", {"tail": 16}),
        ("web-1 --tail=1_000", {"tail": 1000}),
        ("web-1 --tail=010", {"tail": 8}),
        ("web-1 --since-time=2024-01-01T01:00:00.9+01:00", {"since_time": "2024-01-01T00:00:00Z"}),
        ("web-1 --tail=-1", {"tail": -1}),
        ("web-1 --tail 0", {"tail": 0}),
        ("web-1 --limit-bytes=10 --timestamps --prefix", {"limit_bytes": 10, "timestamps": True, "prefix": True}),
        ("deploy/web --all-pods", {"prefix": True}),
        ("web-1 --ignore-errors --max-log-requests=9 --pod-running-timeout 5s", {}),
        ("web-1 --insecure-skip-tls-verify-backend", {"insecure_backend": True}),
    ],
)
def test_what_is_typed(text: str, fields: dict[str, object]) -> None:
    assert parse(text).options == LogOptions(**fields)  # type: ignore[arg-type]


def test_whose_logs_are_typed() -> None:
    assert parse("deploy/web").name == "deploy/web"
    found = parse("-l 'app in (b,a)' -n shop")
    assert (found.selector, found.namespace, found.name, found.everywhere) == ("app in (a,b)", "shop", "", False)
    assert parse("-l app=web -A").everywhere


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("web --since=1m --since-time=2024-01-01T00:00:00Z", "Only one of --since and --since-time may be given"),
        ("web --since-time=yesterday", "'yesterday' is no time"),
        ("web --since=soon", "--since is a time with its unit, like 30s, 10m or 1h30m, not 'soon'"),
        ("web --since=90", "--since is a time with its unit, like 30s, 10m or 1h30m, not '90'"),
        ("web --since=1d", "--since is a time with its unit, like 30s, 10m or 1h30m, not '1d'"),
        ("web --since=-5s", "--since is more than 0, not -5s: it says how long ago"),
        ("web --since=99999999h", "--since 99999999h is too long"),
        ("web --pod-running-timeout=5", "--pod-running-timeout is a time with its unit"),
        ("web --max-log-requests=x", "--max-log-requests is a whole number, not 'x'"),
        ("web --tail=08", "--tail is a whole number, not '08'"),
        ("web --tail=99999999999999999999", "--tail is 9223372036854775807 at most"),
        ("web --limit-bytes=1Ki", "--limit-bytes is a whole number, not '1Ki'"),
        ("web --tail=-2", "--tail is -1 or more, not -2"),
        ("web --tail=many", "--tail is a whole number, not 'many'"),
        ("web --limit-bytes=-1", "--limit-bytes is 0 or more, not -1"),
        ("web -l app=web", "Name either a pod or workload (web) or a selector (-l app=web), not both"),
        ("web -c a --all-containers", "Name one container (a) or ask for --all-containers, not both"),
        ("web a -c b", "The container is named twice: a and -c b"),
        ("a b c", "'a b c' is too much"),
        ("web --colour", "--colour is no option of logs"),
        ("web --previous=perhaps", "--previous is true or false, not 'perhaps'"),
        ("web -c", "-c needs a value"),
        ("web 'a", "A quote is opened and never closed"),
        ("-l a=b=c", "The label selector has"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("title", ["logs plain", "logs opts", "logs since-time", "logs follow"])
def test_requests_are_those_of_kubectl_but_for_stamps_and_following(title: str) -> None:
    """We always ask for stamps, and follow where there is anything to follow."""
    recording = recorded("logs", title)
    words = shlex.split(recording["command"])[2:]
    typed = parse(shlex.join(word for word in words if not word.startswith("--insecure-skip-tls-verify=")))
    url = urlsplit(recording["requests"][-1]["path"])
    expected = dict(parse_qsl(url.query))
    ours = typed.options.query(expected["container"])
    assert [name for name, _ in ours] == sorted(name for name, _ in ours)
    expected |= {"timestamps": "true"} | ({"follow": "true"} if typed.options.followed else {})
    assert dict(ours) == expected


def test_stamps_are_asked_for_only_where_wanted_when_it_is_kubectls_own_request() -> None:
    assert LogOptions().query("app", stamped=False) == (("container", "app"), ("follow", "true"))


def test_lines_at_first() -> None:
    assert dict(LogOptions().query("app", 1000))["tailLines"] == "1000"
    assert dict(LogOptions(tail=0).query("app", 1000))["tailLines"] == "0"
    assert "tailLines" not in dict(LogOptions(tail=-1).query("app", 1000))
    assert "tailLines" not in dict(LogOptions(since=60).query("app", 1000))
    assert dict(LogOptions(since=60, tail=5).query("app", 1000))["tailLines"] == "5"
    assert "tailLines" not in dict(LogOptions(limit_bytes=10).query("app", 1000))


def test_going_on_asks_for_no_more_than_a_time() -> None:
    options = LogOptions(since=60, tail=5, timestamps=True)
    assert options.onward("app", "2024-01-01T00:00:00Z") == (
        ("container", "app"),
        ("follow", "true"),
        ("sinceTime", "2024-01-01T00:00:00Z"),
        ("timestamps", "true"),
    )
    assert options.onward("app", "", previous=True) == (
        ("container", "app"),
        ("previous", "true"),
        ("timestamps", "true"),
    )


@pytest.mark.parametrize(
    ("options", "target", "command"),
    [
        (LogOptions(), WEB, "kubectl -n shop logs web-1 -f"),
        (LogOptions(container="app", tail=20), WEB, "kubectl -n shop logs web-1 -c app -f --tail=20"),
        (LogOptions(previous=True, since=90), WEB, "kubectl -n shop logs web-1 --previous --since=90s"),
        (
            LogOptions(container=ALL, timestamps=True),
            WEB,
            "kubectl -n shop logs web-1 --all-containers -f --timestamps --max-log-requests=50",
        ),
        (
            LogOptions(prefix=True),
            DEPLOY,
            "kubectl -n shop logs deployment.apps/web --all-pods -f --prefix --max-log-requests=50",
        ),
        (
            LogOptions(),
            LABELLED,
            "kubectl -n shop logs -l 'app in (a,b)' -f --tail=-1 --max-log-requests=50",
        ),
        (LogOptions(), Target(namespace=None, selector="a=b"), ""),
        (LogOptions(), Target(namespace="shop", node="n1"), ""),
        (LogOptions(), Target(namespace="shop", owner=Ref(CRON_JOBS, "shop", "c", "u")), ""),
    ],
)
def test_the_command_that_shows_the_same(options: LogOptions, target: Target, command: str) -> None:
    assert options.kubectl(target) == command


def test_several_pods_are_several_commands() -> None:
    two = Target(namespace="shop", pods=(*WEB.pods, Ref(PODS, "shop", "web-2", "u2")))
    assert LogOptions().kubectl(two, context="prod").splitlines() == [
        "kubectl --context prod -n shop logs web-1 -f",
        "kubectl --context prod -n shop logs web-2 -f",
    ]


def test_titles() -> None:
    assert [each.title for each in (WEB, DEPLOY, LABELLED, Target(node="n1"), Target())] == [
        "pod web-1",
        "deployment web",
        "app in (a,b)",
        "node n1",
        "all pods",
    ]
