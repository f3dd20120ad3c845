"""Containers that end: policies, back-off, want of memory, and commands with an end."""

import pytest

from k8stui.demo.kubelet.habits import Given, Habit
from k8stui.demo.metrics.source import RequestedUsage
from tests.support.onenode import Node


def test_back_off_doubles_from_ten_seconds_to_five_minutes(node: Node) -> None:
    node.run("web", "registry.example/exit1:1")
    node.until_state("web", "running")
    node.until_state("web", "Error")
    assert node.row("web")["restartCount"] == 0
    assert node.until_state("web", "running") < 3, "the first restart is not delayed"
    shown, pauses = [], []
    for _ in range(7):
        node.until_state("web", "CrashLoopBackOff")
        waiting = node.row("web")["state"]["waiting"]["message"]
        shown.append(waiting.split()[1])
        ended = node.clock.now()
        node.until_state("web", "running")
        pauses.append(round(node.clock.now() - ended))
    uid = node.get("pods", "web")["metadata"]["uid"]
    assert waiting == f"back-off 5m0s restarting failed container=app pod=web_default({uid})"
    assert shown == ["10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s"]
    for seconds, wanted in zip(pauses, (10, 20, 40, 80, 160, 300, 300), strict=True):
        assert wanted - 3 <= seconds <= wanted + 1
    assert node.row("web")["restartCount"] == 8
    assert f"Back-off restarting failed container app in pod web_default({uid})" in [
        row[2] for row in node.events("web")
    ]


def test_the_longest_back_off_can_be_shorter(node: Node) -> None:
    node.habits(longest=40.0)
    node.run("web", "registry.example/exit1:1")
    for _ in range(6):
        node.until_state("web", "running")
        node.until_state("web", "CrashLoopBackOff")
    assert node.row("web")["state"]["waiting"]["message"].startswith("back-off 40s ")


def test_after_ten_minutes_of_running_a_crash_is_the_first_again(node: Node) -> None:
    node.habits(Habit(images="*/hourly:*", exits=700.0, code=2))
    node.run("web", "registry.example/hourly:1")
    for _ in range(3):
        node.until_state("web", "running", within=1200)
        node.until_state("web", "Error", within=1200)
        assert node.until_state("web", "running") < 5
    assert node.row("web")["lastState"]["terminated"]["exitCode"] == 2


def test_a_waiting_container_shows_how_it_ended(node: Node) -> None:
    node.run("web", "registry.example/oom:1")
    node.until_state("web", "OOMKilled")
    node.until_state("web", "CrashLoopBackOff")
    row = node.row("web")
    ended = row["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"], ended["containerID"]) == (137, "OOMKilled", row["containerID"])
    assert ended["startedAt"] < ended["finishedAt"]
    assert (row["restartCount"], row["ready"], row["started"]) == (1, False, False)
    assert node.condition("web", "Ready")["message"] == "containers with unready status: [app]"
    assert node.phase("web") == "Running"


@pytest.mark.parametrize(
    ("image", "policy", "phase", "restarts"),
    [
        ("exit0", "Never", "Succeeded", 0),
        ("exit1", "Never", "Failed", 0),
        ("exit0", "OnFailure", "Succeeded", 0),
        ("exit1", "OnFailure", "Running", 3),
        ("exit0", "Always", "Running", 3),
    ],
)
def test_restart_policies(node: Node, image: str, policy: str, phase: str, restarts: int) -> None:
    node.run("web", f"registry.example/{image}:1", spec={"restartPolicy": policy})
    node.step(60)
    assert (node.phase("web"), node.row("web")["restartCount"]) == (phase, restarts)


def test_a_pod_that_came_to_its_end_says_so_in_its_conditions(node: Node) -> None:
    node.run("good", "registry.example/exit0:1", spec={"restartPolicy": "Never"})
    node.run("bad", "registry.example/exit1:1", spec={"restartPolicy": "Never"})
    node.step(20)
    rows = [(kind, node.condition("good", kind)) for kind in ("Initialized", "Ready", "ContainersReady")]
    assert [(kind, row["status"], row["reason"]) for kind, row in rows] == [
        ("Initialized", "True", "PodCompleted"),
        ("Ready", "False", "PodCompleted"),
        ("ContainersReady", "False", "PodCompleted"),
    ]
    assert node.condition("bad", "Ready")["reason"] == "PodFailed"
    assert "reason" not in node.condition("bad", "Initialized")


NEEDY = Habit(images="*/needy:*", needs="200Mi", within=20.0)


def test_want_of_memory_is_mended_by_more_of_it(node: Node) -> None:
    node.habits(NEEDY)
    node.run("small", "registry.example/needy:1", resources={"limits": {"memory": "128Mi"}})
    node.run("large", "registry.example/needy:1", resources={"limits": {"memory": "256Mi"}})
    node.run("free", "registry.example/needy:1")
    node.until_state("small", "OOMKilled")
    node.step(120)
    assert node.row("small")["restartCount"] >= 2
    assert [node.row(name)["restartCount"] for name in ("large", "free")] == [0, 0]


def test_more_memory_in_place_saves_a_running_container(node: Node) -> None:
    node.habits(NEEDY)
    node.run("small", "registry.example/needy:1", resources={"limits": {"memory": "128Mi"}})
    node.until_state("small", "running")
    node.step(5)
    pod = node.get("pods", "small")
    pod["spec"]["containers"][0]["resources"]["limits"]["memory"] = "300Mi"
    node.store.update(pod)
    node.step(60)
    assert (node.state("small"), node.row("small")["restartCount"]) == ("running", 0)
    assert node.row("small")["resources"]["limits"]["memory"] == "300Mi"


def test_usage_grows_to_the_limit_before_the_kill(node: Node) -> None:
    node.habits(NEEDY)
    limit = 128 * 1024 * 1024
    source = node.kubelets.usage(RequestedUsage(node.store))
    node.run("small", "registry.example/needy:1", resources={"limits": {"memory": "128Mi"}})
    node.until_state("small", "running")
    seen = []
    while node.state("small") == "running":
        seen.append(source.pods("default", node.clock.now())["default/small"]["app"].memory)
        whole = source.nodes(["n1", "n2"], node.clock.now())
        assert whole.keys() == {"n1"}
        assert whole["n1"].memory > seen[-1]
        node.step(2)
    assert seen == sorted(seen)
    assert seen[0] < limit / 2
    assert 0.85 * limit < seen[-1] <= limit
    assert source.pods("", node.clock.now()) == {}


def test_of_a_dead_kubelet_there_are_no_numbers(node: Node) -> None:
    source = node.kubelets.usage(RequestedUsage(node.store))
    node.run("web")
    node.step(20)
    assert source.pods("", node.clock.now()).keys() == {"default/web"}
    node.kubelets.stop("n1")
    assert source.pods("", node.clock.now()) == {}
    assert source.nodes(["n1"], node.clock.now()) == {}


def test_a_wrong_environment_is_mended_by_a_right_one(node: Node) -> None:
    wrong = Given(env="DATABASE_URL", has="^postgres://", lacks=True)
    node.habits(
        Habit(
            images="*/shop:*",
            when=(wrong,),
            exits=2.0,
            code=1,
            message="no DATABASE_URL",
            last_words=("fatal: no database",),
        )
    )
    node.run("bad", "registry.example/shop:1")
    node.run("good", "registry.example/shop:1", env=[{"name": "DATABASE_URL", "value": "postgres://db"}])
    node.until_state("bad", "CrashLoopBackOff")
    assert node.row("bad")["lastState"]["terminated"]["message"] == "no DATABASE_URL"
    assert node.log("bad")[-1] == "fatal: no database"
    node.step(60)
    assert node.row("good")["restartCount"] == 0


def test_a_repaired_config_map_ends_a_crash_loop(node: Node) -> None:
    broken = Given(resource="configmaps", name="coredns", field="data/Corefile", has="forwad")
    node.habits(Habit(images="*coredns*", when=(broken,), exits=0.5, code=1))
    node.config("coredns", Corefile=".:53 { forwad . /etc/resolv.conf }")
    node.run("dns", "registry.k8s.io/coredns/coredns:v1.12.1")
    node.until_state("dns", "CrashLoopBackOff")
    node.config("coredns", Corefile=".:53 { forward . /etc/resolv.conf }")
    node.until_state("dns", "running")
    node.step(120)
    assert node.state("dns") == "running"
    assert node.row("dns")["restartCount"] == 2


def test_what_depends_on_another_workload(node: Node) -> None:
    gone = Given(resource="services", name="ledger", lacks=True)
    node.habits(Habit(images="*/gateway:*", when=(gone,), exits=3.0, code=3))
    node.run("gateway", "registry.example/gateway:1")
    node.until_state("gateway", "CrashLoopBackOff")
    meta = {"name": "ledger", "namespace": "default"}
    node.registry.create(
        {
            "kind": "Service",
            "apiVersion": "v1",
            "metadata": meta,
            "spec": {"ports": [{"port": 80}], "selector": {"a": "b"}},
        }
    )
    node.step(100)
    assert node.state("gateway") == "running"


@pytest.mark.parametrize(
    ("words", "seconds", "code", "lines"),
    [
        (["sh", "-c", "echo x; sleep 5; exit 3"], 5, 3, ["x"]),
        (["sleep", "7"], 7, 0, []),
        (["echo", "hello", "world"], 0, 0, ["hello world"]),
        (["false"], 0, 1, []),
        (["sh", "-c", "for i in 1 2 3; do echo $i; sleep 1; done"], 3, 0, ["1", "2", "3"]),
        (["sh", "-c", "nosuch || echo code $?"], 0, 0, ["sh: nosuch: not found", "code 127"]),
        (["sh", "-c", "echo $GREETING"], 0, 0, ["hi"]),
        (["date", "+%Y"], 0, 0, ["2026"]),
    ],
)
def test_commands_have_their_output_and_exit_code(
    node: Node, words: list[str], seconds: int, code: int, lines: list[str]
) -> None:
    env = [{"name": "GREETING", "value": "hi"}]
    node.run("one", "busybox", args=words, env=env, spec={"restartPolicy": "Never"})
    node.until_state("one", "running")
    began = node.clock.now()
    node.until(lambda: node.phase("one") in ("Succeeded", "Failed"))
    assert seconds <= node.clock.now() - began <= seconds + 1
    assert node.row("one")["state"]["terminated"]["exitCode"] == code
    assert node.phase("one") == ("Failed" if code else "Succeeded")
    assert node.log("one") == lines


def test_a_shell_without_input_ends_at_once_and_one_with_input_waits(node: Node) -> None:
    node.run("one", "busybox")
    node.run("two", "busybox", stdin=True, tty=True)
    node.run("three", "nginx")
    node.step(30)
    assert (node.state("one"), node.state("two"), node.state("three")) == ("CrashLoopBackOff", "running", "running")
    assert node.row("one")["lastState"]["terminated"]["exitCode"] == 0
    node.containers.exited(node.get("pods", "two"), "two", 0)
    node.containers.exited(node.get("pods", "two"), "app", 4)
    node.step(0.5)
    assert node.row("two")["state"]["terminated"]["exitCode"] == 4


def test_kill_from_inside(node: Node) -> None:
    node.run("web")
    node.run("tough", "busybox", args=["sleep", "3600"])
    node.step(20)
    node.containers.signal(node.get("pods", "web"), "app", 9)
    node.step(0.5)
    assert node.row("web")["state"]["terminated"]["exitCode"] == 137
    node.step(5)
    assert (node.state("web"), node.row("web")["restartCount"]) == ("running", 1)


def test_a_good_image_ends_a_crash_loop_at_once(node: Node) -> None:
    node.run("web", "registry.example/exit1:1")
    for _ in range(4):
        node.until_state("web", "running")
        node.until_state("web", "CrashLoopBackOff")
    pod = node.get("pods", "web")
    pod["spec"]["containers"][0]["image"] = "registry.example/app:2"
    node.registry.update(pod)
    assert node.until_state("web", "running") < 8
    node.step(60)
    assert node.state("web") == "running"


def test_a_changed_image_restarts_the_container(node: Node) -> None:
    node.run("web")
    node.step(20)
    pod = node.get("pods", "web")
    pod["spec"]["containers"][0]["image"] = "registry.example/app:2"
    node.registry.update(pod)
    node.until(lambda: node.row("web")["restartCount"] == 1 and node.state("web") == "running")
    assert node.row("web")["image"] == "registry.example/app:2"
    assert ("Normal", "Killing", "Container app definition changed, will be restarted", 1) in node.events("web")
