"""kubectl logs, exec, cp, attach, debug, run, wait, events: what operators do with pods."""

import urllib.request
from pathlib import Path

from tests.support.kubectl import Kubectl
from tests.support.manifests import IMAGE, bare, cronjob, deployment

READY = "wait --for=condition=Ready --timeout=30s"


def two(k: Kubectl) -> None:
    """A pod of two containers that say something and go on."""
    obj = bare("box")
    first = obj["spec"]["containers"][0] | {"command": ["sh", "-c", "echo one; echo two; sleep 36000"]}
    second = {"name": "side", "image": f"{IMAGE}:1", "command": ["sh", "-c", "echo aside; sleep 36000"]}
    obj["spec"]["containers"] = [first, second]
    k.apply(obj)
    k(f"{READY} pod/box")


def test_logs(k: Kubectl) -> None:
    two(k)
    done = k.run("logs box")
    assert (done.stdout, done.stderr) == ("one\ntwo\n", 'Defaulted container "box" out of: box, side\n')
    assert k("logs box -c side") == "aside\n"
    assert k("logs box -c box --tail=1") == "two\n"
    assert sorted(k("logs -l app=box --all-containers --prefix").splitlines()) == [
        "[pod/box/box] one",
        "[pod/box/box] two",
        "[pod/box/side] aside",
    ]
    stamp, word = k("logs box -c side --timestamps").split()
    assert (stamp[10], stamp[-1], word) == ("T", "Z", "aside")
    assert k("logs box -c side --since=1h") == "aside\n"
    assert k("logs box -c side --since-time=2999-01-01T00:00:00Z") == ""
    assert k("logs box -c side --limit-bytes=3") == "asi"
    assert k.fails("logs box -c none") == "error: container none is not valid for pod box\n"
    assert 'previous terminated container "box" in pod "box" not found' in k.fails("logs box -c box -p")
    assert (
        k.fails("logs none")
        == 'error: error from server (NotFound): pods "none" not found in namespace "' + k.namespace + '"\n'
    )


def test_logs_of_workloads_and_of_what_ended(k: Kubectl) -> None:
    k.apply(deployment("web", 1))
    k("rollout status deploy/web --timeout=30s")
    assert k.until("logs deploy/web", lambda out: out)
    with k.stream("logs -f deploy/web --tail=1") as follow:
        assert follow.line()
    k.apply(bare("crash", "registry.example/exit1:1", restartPolicy="Always"))
    k.until("get pod crash -o jsonpath={.status.containerStatuses[0].restartCount}", lambda out: int(out or 0) >= 1)
    assert k.until("logs crash -p", lambda out: out)
    assert k.run("logs -f crash -p").returncode == 0
    assert "Back-off restarting failed container" in k.until("describe pod crash", lambda out: "BackOff" in out)


def test_exec_and_copies(k: Kubectl, tmp_path: Path) -> None:
    two(k)
    assert k("exec box -c side -- echo hello") == "hello\n"
    assert k("exec box -c box -- sh -c 'echo out; echo err >&2'") == "out\n"
    assert k.fails("exec box -c box -- false", code=1) == "command terminated with exit code 1\n"
    assert k.fails("exec box -c box -- sh -c 'exit 7'", code=7) == "command terminated with exit code 7\n"
    assert "executable file not found" in k.fails("exec box -c box -- nosuchcommand", code=1)
    assert k("exec -i box -c box -- cat", "from stdin\n") == "from stdin\n"
    assert "HOSTNAME=box" in k("exec box -c box -- env")
    assert k.fails("exec box -c none -- ls").startswith("Error from server (BadRequest): container none is not valid")
    assert k.fails("exec none -- ls") == 'Error from server (NotFound): pods "none" not found\n'
    (tmp_path / "note").write_text("kept\n")
    k(f"cp note {k.namespace}/box:/tmp/note -c box")
    assert k("exec box -c box -- cat /tmp/note") == "kept\n"
    k(f"cp {k.namespace}/box:/tmp/note back -c box")
    assert (tmp_path / "back").read_text() == "kept\n"


def test_debug(k: Kubectl) -> None:
    two(k)
    started = k.run("debug box --image=registry.example/tools:1 --target=box -c dbg -- sleep 36000")
    assert started.returncode == 0, started.stderr
    assert 'Targeting container "box".' in started.stderr + started.stdout
    state = "get pod box -o jsonpath={.status.ephemeralContainerStatuses[0].state}"
    k.until(state, lambda out: '"running":{"startedAt":' in out)
    assert k("exec box -c dbg -- echo here") == "here\n"
    assert "Ephemeral Containers:\n  dbg:\n" in k("describe pod box")
    k("debug box --image=registry.example/tools:1 --copy-to=copy --share-processes -c dbg -- sleep 36000")
    assert (
        k("get pod copy -o jsonpath='{.spec.shareProcessNamespace} {.spec.containers[*].name}'") == "true box side dbg"
    )
    node = k("get pod box -o jsonpath={.spec.nodeName}")
    made = k.run(f"debug node/{node} --image=registry.example/tools:1 -- sleep 36000")
    assert made.returncode == 0, made.stderr
    assert f"Creating debugging pod node-debugger-{node}-" in made.stdout + made.stderr
    name = next(name for name in k.column("get pods") if name.startswith("node-debugger"))
    assert k(f"get pod {name} -o jsonpath='{{.spec.hostNetwork}} {{.spec.nodeName}}'") == f"true {node}"
    assert k.fails("debug none --image=x").endswith('Error from server (NotFound): pods "none" not found\n')


def test_run_and_wait(k: Kubectl) -> None:
    assert k("run once --image=registry.example/exit0:1 --restart=Never") == "pod/once created\n"
    done = k("wait pod/once --for=jsonpath='{.status.phase}'=Succeeded --timeout=30s")
    assert done == "pod/once condition met\n"
    assert k.fails("run once --image=x").endswith('pods "once" already exists\n')
    assert (
        k(f"run web --image={IMAGE}:1 --labels=a=b --env=X=y --port=80 --expose")
        == "service/web created\npod/web created\n"
    )
    assert k(f"{READY} pod -l a=b") == "pod/web condition met\n"
    asking = "run -i asked --rm --quiet --restart=Never --image=registry.example/tools:1 --command --"
    said = k(f"{asking} sh -c 'read x; echo got $x'", "it\n")
    assert said.splitlines()[0] == "got it"
    assert k.fails("get pod asked").startswith("Error from server (NotFound)")
    assert k("wait --for=create pod/web --timeout=5s") == "pod/web condition met\n"
    late = "error: timed out waiting for the condition on pods/web\n"
    assert k.fails("wait --for=jsonpath='{.status.phase}'=Never pod/web --timeout=100ms") == late
    assert k.fails(f"{READY} pod/none") == 'Error from server (NotFound): pods "none" not found\n'
    assert k("wait --for=delete pod/none --timeout=5s") == ""


def test_jobs(k: Kubectl) -> None:
    k.apply(cronjob("report", "registry.example/exit0:1"))
    assert k.rows("get cj")[1][:7] == ["report", "0", "3", "*", "*", "*", "<none>"]
    assert k("create job now --from=cronjob/report") == "job.batch/now created\n"
    assert k("wait --for=condition=complete job/now --timeout=30s") == "job.batch/now condition met\n"
    assert k.rows("get job now")[1][:3] == ["now", "Complete", "1/1"]
    assert k("get pods -l job-name=now -o jsonpath={.items[0].status.phase}") == "Succeeded"
    assert "Pods Statuses:    0 Active (0 Ready) / 1 Succeeded / 0 Failed" in k("describe job now")
    k("""patch cj report -p '{"spec":{"suspend":true}}'""")
    assert k.column("get cj", 7) == ["True"]
    assert k("create job plain --image=registry.example/exit0:1 -- true") == "job.batch/plain created\n"
    assert k("delete job now plain") == 'job.batch "now" deleted\njob.batch "plain" deleted\n'
    assert k.fails("create job no --from=cronjob/none").endswith('cronjobs.batch "none" not found\n')


def test_port_forward(k: Kubectl) -> None:
    obj = bare("web")
    k.apply(obj)
    k(f"{READY} pod/web")
    with k.stream("port-forward pod/web :80 --address 127.0.0.1") as forward:
        address = forward.until("Forwarding from").split()[2]
        with urllib.request.urlopen(f"http://{address}/", timeout=10) as answer:
            assert answer.status == 200
    refused = k.fails("port-forward none 80")
    assert refused == 'Error from server (NotFound): pods "none" not found\n'


def test_attach(k: Kubectl) -> None:
    obj = bare("talker")
    obj["spec"]["containers"][0]["command"] = ["sh", "-c", "while true; do echo tick; sleep 1; done"]
    k.apply(obj)
    k(f"{READY} pod/talker")
    with k.stream("attach talker -c talker") as attached:
        assert [attached.until("tick"), attached.until("tick")] == ["tick", "tick"]


def test_events(k: Kubectl) -> None:
    k.apply(deployment("web", 1), bare("lost", "registry.example/missing:1"))
    k("rollout status deploy/web --timeout=30s")
    k.until("events --for pod/lost --types=Warning", lambda out: "Failed to pull image" in out)
    events = k("events --for deploy/web")
    assert "ScalingReplicaSet" in events
    assert k("events --types=Warning").count("Deployment/web") == 0
    assert k("get events --field-selector reason=ScalingReplicaSet -o name").count("event") == 1
    assert "pod/lost" in k("get events --sort-by=.lastTimestamp")
    assert k.rows("get events")[0] == ["LAST", "SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
