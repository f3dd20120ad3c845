"""The scripted shell: grammar, commands, and what it sees of its container and of the cluster."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.demo.runtime.consoles import Consoles
from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.logs import Logs
from k8stui.demo.runtime.sessions import Ended, NotStarted, Session
from k8stui.demo.runtime.shell.parse import parse
from k8stui.demo.runtime.shell.words import SyntaxProblem
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.store import Store
from tests.support.clock import ManualClock
from tests.support.objects import configmap, node, pod
from tests.support.waiting import WITHIN

Object = dict[str, Any]


class Sink:
    """Collects what a command writes."""

    def __init__(self) -> None:
        self.data = b""

    async def write(self, data: bytes) -> None:
        self.data += data


class House:
    """A small cluster, and commands run in its pod `web-0`."""

    def __init__(self) -> None:
        self.store = Store(ManualClock(), Catalog())
        self.containers = Containers(self.store, self.store.clock, Logs())
        self.consoles = Consoles(self.containers)
        self.store.create(node("worker-1"))
        web = pod("web-0", "shop", labels={"app": "web"}, uid="u-web")
        web["status"]["podIP"] = "10.0.0.5"
        web["spec"]["containers"][0]["ports"] = [{"containerPort": 8080, "name": "http"}]
        self.store.create(web)
        for name, app in (("web", "web"), ("empty", "none")):
            address = {"web": "10.96.0.5", "empty": "10.96.0.6"}[name]
            ports = [{"port": 80, "targetPort": "http"}]
            spec = {"clusterIP": address, "selector": {"app": app}, "ports": ports}
            meta = {"name": name, "namespace": "shop"}
            self.store.create({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})

    def change(self, **spec: Any) -> None:
        """Other fields of the pod's container, or with `pod` of its spec."""
        of_pod = spec.pop("pod", {})

        def apply(obj: Object) -> None:
            obj["spec"]["containers"][0].update(spec)
            obj["spec"].update(of_pod)

        self.store.modify("pods", "web-0", "shop", change=apply)

    async def run(self, *command: str, stdin: bytes | None = None) -> tuple[str, str, Ended]:
        machine = self.consoles.machine(self.store.get("pods", "web-0", "shop"), "main", 0)
        out, error = Sink(), Sink()
        session = Session(machine, out, error, stdin=stdin is not None, tty=False)
        if stdin is not None:
            await session.feed(stdin)
            session.close()
        ended = await asyncio.wait_for(session.run(list(command)), WITHIN)
        return out.data.decode(), error.data.decode(), ended

    async def sh(self, script: str) -> str:
        """What a script prints."""
        return (await self.run("sh", "-c", script))[0]


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("echo a; echo b", "a\nb\n"),
        ("true && echo yes || echo no", "yes\n"),
        ("false && echo yes || echo no", "no\n"),
        ("! false; echo $?", "0\n"),
        ("echo 'a  b' \"c  $X\" $X", "a  b c  \n"),
        ("X='1 2'; echo $X \"$X\"", "1 2 1 2\n"),
        ("X=5; echo ${X}y ${Y:-none} ${X:+set} $((X * 2 + 1)) ${#}", "5y none set 11 0\n"),
        ("echo $(echo $(hostname))", "web-0\n"),
        ("for i in 1 2 3; do echo $i; done | tail -2", "2\n3\n"),
        ("while true; do echo y; done | head -2", "y\ny\n"),
        ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i", "3\n"),
        ("if [ -d /etc ]; then echo d; elif false; then echo n; else echo e; fi", "d\n"),
        ("(cd /etc; pwd); pwd", "/etc\n/\n"),
        ("{ echo a; echo b; } > /tmp/f; cat /tmp/f; wc -l < /tmp/f", "a\nb\n2\n"),
        ("echo a > /tmp/f; echo b >> /tmp/f; grep -n b /tmp/f", "2:b\n"),
        ("echo lost >&2 2>/dev/null; ls /nope 2>/dev/null; echo $?", "1\n"),
        ("echo one two | { read a b; echo $b; }", "two\n"),
        ('set -- a b; echo $1 $# "$@"; shift; echo $1', "a 2 a b\nb\n"),
        ("eval 'echo x'; command -v cd ls; type nope", "x\ncd\n/bin/ls\nnope: not found\n"),
        ("printf '%s-%3d|' a 5", "a-  5|"),
        ("seq 3 | sort -rn | xargs echo", "3 2 1\n"),
        ("printf 'b\\na\\nb\\n' | sort | uniq -c", "      1 a\n      2 b\n"),
        ("echo a,b,c | cut -d, -f1,3 | tr a-c A-C", "A,C\n"),
        ("head -c 70000 /dev/zero | wc -c", "70000\n"),
        ("env A=1 sh -c 'echo $A $0 $1' x y", "1 x y\n"),
        ("A=1 sh -c 'echo $A'; echo $A", "1\n\n"),
        ("date +%Y; whoami; id -u; uname", "2026\nroot\n0\nLinux\n"),
        ("ls /etc/*.conf", "/etc/resolv.conf\n"),
        ("mkdir -p /tmp/a/b && touch /tmp/a/b/c && find /tmp/a -type f && rm -r /tmp/a && ls /tmp", "/tmp/a/b/c\n"),
        ("tar cf - /etc/hostname | tar tf -", "etc/hostname\n"),
        ("timeout 0.05 sleep 9; echo $?", "124\n"),
        ("echo $0; exec echo end; echo never", "sh\nend\n"),
    ],
)
async def test_scripts(house: House, script: str, printed: str) -> None:
    assert await house.sh(script) == printed


@pytest.mark.parametrize(
    ("command", "ended", "complaint"),
    [
        (("sh", "-c", "exit 7"), Ended(7), ""),
        (("sh", "-c", "kill -9 $$"), Ended(137, 9), ""),
        (("sh", "-c", "nope"), Ended(127), "sh: nope: not found\n"),
        (("bash", "-c", "nope"), Ended(127), "bash: nope: command not found\n"),
        (("sh", "-c", "/etc"), Ended(126), "sh: /etc: Is a directory\n"),
        (("sh", "-c", "a &&; b"), Ended(2), 'sh: syntax error: unexpected ";"\n'),
        (("cat", "/nope"), Ended(1), "cat: can't open '/nope': No such file or directory\n"),
        (("false",), Ended(1), ""),
        (("grep", "x", "/etc/hostname"), Ended(1), ""),
        (("sh", "-c", "sh -c 'kill -9 $$'; echo $? >&2"), Ended(0), "137\n"),
    ],
)
async def test_exit_codes(house: House, command: tuple[str, ...], ended: Ended, complaint: str) -> None:
    _, error, found = await house.run(*command)
    assert (found, error) == (ended, complaint)


async def test_a_shell_reads_its_lines_from_the_input(house: House) -> None:
    script = b"cd /etc\nif true\nthen pwd\nfi\nexit 4\necho never\n"
    assert await house.run("sh", stdin=script) == ("/etc\n", "", Ended(4))


async def test_files_written_stay_for_the_next_command_of_the_same_run(house: House) -> None:
    await house.sh("echo kept > /tmp/note")
    assert await house.sh("cat /tmp/note") == "kept\n"
    house.consoles.drop("u-web")
    assert await house.sh("ls /tmp") == ""


@pytest.mark.parametrize("image", ["registry.k8s.io/pause:3.10", "gcr.io/distroless/static:nonroot", "scratch"])
async def test_an_image_without_a_shell(house: House, image: str) -> None:
    house.change(image=image)
    with pytest.raises(NotStarted, match=r'^exec: "sh": executable file not found in \$PATH$'):
        await house.run("sh")
    with pytest.raises(NotStarted, match=r'^exec: "/bin/sh": stat /bin/sh: no such file or directory$'):
        await house.run("/bin/sh")


async def test_small_images_lack_programs(house: House) -> None:
    house.change(image="busybox")
    with pytest.raises(NotStarted):
        await house.run("bash")
    assert await house.sh("curl x; echo $?; [ -e /etc/os-release ] || echo none") == "127\nnone\n"


# ---- what it sees


async def test_the_environment_comes_from_the_spec_the_store_and_the_services(house: House) -> None:
    house.store.create(configmap("settings", "shop") | {"data": {"MODE": "fast", "other": "x"}})
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "shop"},
        "data": {"p": "cHc="},
    }
    house.store.create(secret)
    env: list[Object] = [{"name": "A", "value": "1"}, {"name": "B", "value": "$(A)-$(NO)-$$x"}]
    env.append({"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}})
    env.append({"name": "APP", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}})
    env.append({"name": "PW", "valueFrom": {"secretKeyRef": {"name": "s", "key": "p"}}})
    env.append({"name": "MEM", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}})
    source = [{"prefix": "C_", "configMapRef": {"name": "settings"}}]
    house.change(env=env, envFrom=source, resources={"limits": {"memory": "64Mi"}})
    rows = dict(line.split("=", 1) for line in (await house.sh("env")).splitlines())
    wanted = {"A": "1", "B": "1-$(NO)-$x", "IP": "10.0.0.5", "APP": "web", "PW": "pw", "MEM": "64", "C_MODE": "fast"}
    assert rows == rows | wanted | {
        "HOSTNAME": "web-0",
        "WEB_SERVICE_HOST": "10.96.0.5",
        "WEB_PORT": "tcp://10.96.0.5:80",
    }
    house.change(pod={"enableServiceLinks": False})
    assert "WEB_SERVICE_HOST" not in await house.sh("env")


async def test_volumes_are_mounted(house: House) -> None:
    house.store.create(configmap("settings", "shop") | {"data": {"a.yaml": "x: 1\n", "b": "2"}})
    items = [{"key": "a.yaml", "path": "deep/a.yaml"}]
    volumes = [
        {"name": "all", "configMap": {"name": "settings"}},
        {"name": "one", "configMap": {"name": "settings", "items": items}},
        {"name": "scratch", "emptyDir": {}},
    ]
    mounts = [
        {"name": "all", "mountPath": "/etc/all"},
        {"name": "one", "mountPath": "/etc/one"},
        {"name": "all", "mountPath": "/etc/b.conf", "subPath": "b"},
        {"name": "scratch", "mountPath": "/data"},
    ]
    house.change(volumeMounts=mounts, pod={"volumes": volumes}, securityContext={"readOnlyRootFilesystem": True})
    assert await house.sh("ls /etc/all; cat /etc/one/deep/a.yaml /etc/b.conf") == "a.yaml\nb\nx: 1\n2"
    out, error, _ = await house.run("sh", "-c", "echo x > /etc/all/b; echo x > /root/f; echo ok > /data/f; cat /data/f")
    assert (out, error.count("Read-only file system")) == ("ok\n", 2)


async def test_files_of_the_system(house: House) -> None:
    assert "10.0.0.5\tweb-0" in await house.sh("cat /etc/hosts")
    assert "search shop.svc.cluster.local svc.cluster.local cluster.local" in await house.sh("cat /etc/resolv.conf")
    assert await house.sh("cat /var/run/secrets/kubernetes.io/serviceaccount/namespace") == "shop"
    assert await house.sh("tr '\\0' ' ' < /proc/1/cmdline") == "/main "


async def test_ps_shows_the_containers_command_and_those_it_shares_with(house: House) -> None:
    house.change(image="busybox:1", command=["/bin/web"], args=["--port=$(P)"], env=[{"name": "P", "value": "80"}])
    assert [line.split()[0] for line in (await house.sh("ps")).splitlines()] == ["PID", "1", "41", "42"]
    assert "1 root      0:00 /bin/web --port=80" in await house.sh("ps")
    house.change(pod={"shareProcessNamespace": True})
    assert [line.split()[3:] for line in (await house.sh("ps")).splitlines()[1:3]] == [
        ["/pause"],
        ["/bin/web", "--port=80"],
    ]


async def test_a_debug_container_sees_its_target_and_can_kill_it(house: House) -> None:
    def debug(obj: Object) -> None:
        obj["spec"]["ephemeralContainers"] = [{"name": "dbg", "image": "busybox", "targetContainerName": "main"}]
        status = {"name": "dbg", "restartCount": 0, "state": {"running": {"startedAt": "2026-09-21T14:10:00Z"}}}
        obj["status"]["ephemeralContainerStatuses"] = [status]

    killed: list[tuple[str, str, int]] = []
    house.containers.on_signal = lambda obj, name, number: killed.append((obj["metadata"]["name"], name, number))
    obj = house.store.modify("pods", "web-0", "shop", change=debug)
    out = Sink()
    session = Session(house.consoles.machine(obj, "dbg", 0), out, out, stdin=False, tty=False)
    await session.run(["sh", "-c", "ps; kill 1; kill 99"])
    assert [line.split()[-1] for line in out.data.decode().splitlines()][1:3] == ["/main", "sh"]
    assert out.data.endswith(b"can't kill pid 99: No such process\n")
    assert killed == [("web-0", "main", 15)]


async def test_df_shows_a_node_under_disk_pressure(house: House) -> None:
    async def share() -> int:
        return int((await house.sh("df -h")).splitlines()[1].split()[4].rstrip("%"))

    assert await share() < 60
    pressure = {"type": "DiskPressure", "status": "True"}
    house.store.modify("nodes", "worker-1", change=lambda obj: obj["status"]["conditions"].append(pressure))
    assert 90 < await share() < 100


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("curl -s http://web/", "web-0.shop on port 8080\n"),
        ("curl -s web.shop.svc.cluster.local/healthz", "ok\n"),
        ("curl -so /dev/null -w '%{http_code}' web/nope", "404"),
        (
            "curl -sS http://empty/ 2>&1",
            "curl: (7) Failed to connect to empty port 80 after 1 ms: Could not connect to server\n",
        ),
        (
            "curl -sS localhost:1 2>&1",
            "curl: (7) Failed to connect to localhost port 1 after 1 ms: Could not connect to server\n",
        ),
        ("curl -sS http://nope/ 2>&1", "curl: (6) Could not resolve host: nope\n"),
        ("curl -sS -m 0.05 http://10.9.9.9/ 2>&1", "curl: (28) Connection timed out after 50 milliseconds\n"),
        ("wget -qO- http://web", "web-0.shop on port 8080\n"),
        ("wget -qO- http://empty 2>&1", "wget: can't connect to remote host (10.96.0.6): Connection refused\n"),
        ("nslookup web | grep -A9 Name", "Name:\tweb.shop.svc.cluster.local\n"),
        ("nslookup nope | tail -2 | head -1", "** server can't find nope: NXDOMAIN\n"),
        ("nc -zv web 80 2>&1", "web (10.96.0.5:80) open\n"),
        ("getent hosts web", "10.96.0.5       web.shop.svc.cluster.local\n"),
        ("ping -c 1 10.0.0.5 | grep -c bytes.from", "1\n"),
        ("ip a | grep -o 'inet 10[0-9.]*'", "inet 10.0.0.5\n"),
    ],
)
async def test_the_network(house: House, script: str, said: str) -> None:
    assert await house.sh(script) == said


async def test_pods_on_a_silent_node_answer_nobody(house: House) -> None:
    house.containers.silent.add("worker-1")
    house.change(pod={"hostname": "me"})
    said = await house.sh("curl -sS -m 0.05 http://web/ 2>&1")
    assert said == "curl: (28) Connection timed out after 50 milliseconds\n"


async def test_names_need_a_dns_server_that_is_ready(house: House) -> None:
    spec = {"clusterIP": "10.96.0.10", "selector": {"k8s-app": "kube-dns"}, "ports": [{"port": 53}]}
    meta = {"name": "kube-dns", "namespace": "kube-system"}
    house.store.create({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})
    said = await house.sh("curl -sS -m 0.05 http://web/ 2>&1")
    assert said == "curl: (28) Resolving timed out after 50 milliseconds\n"


# ---- nothing that is typed can hurt


async def test_what_never_ends_lets_others_live_and_can_be_left(house: House) -> None:
    for script in ("while true; do :; done", "yes > /dev/null", "cat /dev/zero | cat > /dev/null"):
        task = asyncio.create_task(house.sh(script))
        for _ in range(200):
            await asyncio.sleep(0)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    "script",
    [
        "yes > /tmp/full",
        "cat /dev/zero > /tmp/full",
        "x=$(yes)",
        "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! | grep -E '(a+)+$'",
        "f='eval $f'; eval $f",
        "sh -c 'sh -c \"sh -c id\"'",
        "(" * 500 + "id" + ")" * 500,
        "echo " + "$(" * 500 + "id" + ")" * 500,
        "exit " + "9" * 5000,
        "echo $((9**9**9**9)) $((1/0))",
        "sort -k" + "9" * 5000 + " /etc/hosts",
    ],
)
async def test_what_would_fill_or_stop_a_machine_ends(house: House, script: str) -> None:
    await house.run("sh", "-c", script)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab$(){}[]|&;<>\"'`\\ \n#!=*?~1/-"), max_size=40))
def test_any_line_is_parsed_or_refused(text: str) -> None:
    with suppress(SyntaxProblem):
        parse(text)


_WORDS = (
    "ls cat echo grep head sort tr cut test [ ] -n -c x /etc $X 'a' | && ; > /tmp/f < 2>&1 $(id) - -- 5 printf %d tail "
    "wc kill 1 find seq xargs curl web ip df ps env A=1 tar cf date read export cd timeout stat du cp -m -T"
).split()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=8))
def test_any_words_end_with_a_code(words: list[str]) -> None:
    async def run() -> int:
        return (await House().run("sh", "-c", " ".join(words), stdin=b"1 2\n"))[2].code

    assert 0 <= asyncio.run(run()) < 256
