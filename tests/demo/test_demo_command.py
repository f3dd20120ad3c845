"""`k8stui demo-server`: the file it writes, the line it prints, how it ends, and that the real kubectl accepts it."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from k8stui.demo.command import check, serve
from k8stui.demo.options import DemoOptions

CODE = """
import sys
from pathlib import Path
from k8stui.demo.command import serve
from k8stui.demo.options import DemoOptions
sys.exit(serve(DemoOptions(kubeconfig=Path(sys.argv[1]), pods=120)))
"""


class Server:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.process = subprocess.Popen(
            [sys.executable, "-c", CODE, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, out, err

    def kubectl(self, *words: str) -> "subprocess.CompletedProcess[str]":
        cache = f"--cache-dir={self.file.parent / 'cache'}"
        return subprocess.run(
            ["kubectl", f"--kubeconfig={self.file}", cache, *words], capture_output=True, text=True, timeout=30
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("demo") / "kubeconfig")
    yield running
    running.stop()


def test_it_prints_one_line_with_its_address(server: Server) -> None:
    assert server.line.startswith("Serving the embedded cluster at https://127.0.0.1:")
    assert str(server.file) in server.line


def test_only_its_owner_may_read_the_kubeconfig(server: Server) -> None:
    assert stat.S_IMODE(server.file.stat().st_mode) == 0o600
    assert [path.name for path in server.file.parent.iterdir() if path.is_file()] == ["kubeconfig"]
    config = json.loads(server.file.read_text())
    assert [row["context"]["user"] for row in config["contexts"]] == ["admin", "viewer", "editor"]


needs_kubectl = pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl on this machine")


@needs_kubectl
def test_kubectl_lists_its_nodes(server: Server) -> None:
    done = server.kubectl("get", "nodes", "-l", "shop.example/pool=main", "--no-headers")
    assert done.returncode == 0, done.stderr
    rows = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()}
    assert len(rows) == 8
    assert rows["worker-c1"] == "NotReady"
    assert rows["worker-b3"] == "Ready,SchedulingDisabled"
    assert rows["worker-c2"] == "Ready"


@needs_kubectl
def test_kubectl_lists_its_pods(server: Server) -> None:
    done = server.kubectl("get", "pods", "-A", "--no-headers")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert sum(row[0] == "load" for row in rows) == 120
    states = {row[1].rpartition("-")[0].rpartition("-")[0] or row[1]: row[3] for row in rows if row[0] != "load"}
    assert states["recommender"] == "Pending"
    assert states["fraud-model"] in ("ErrImagePull", "ImagePullBackOff")
    assert states["settlement"] in ("CrashLoopBackOff", "Running", "OOMKilled", "Error")
    assert any(row[1].startswith("catalog") and row[3] == "Terminating" for row in rows)
    assert any(row[1].startswith("catalog") and row[3] == "Evicted" for row in rows)
    assert any(row[1].startswith("reports") and row[3] == "Completed" for row in rows)


@needs_kubectl
def test_kubectl_may_as_viewer_what_a_viewer_may(server: Server) -> None:
    refused = server.kubectl("--context", "demo-viewer", "get", "nodes")
    assert refused.returncode == 1
    assert 'User "viewer" cannot list resource "nodes"' in refused.stderr
    allowed = server.kubectl("--context", "demo-viewer", "get", "pods")
    assert allowed.returncode == 0, allowed.stderr
    assert "storefront" in allowed.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order_when_it_is_interrupted(tmp_path: Path, number: int) -> None:
    code, out, err = Server(tmp_path / "config").stop(number)
    assert (code, out, err) == (0, "", "")


def test_a_port_in_use_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serve(DemoOptions(port=port, kubeconfig=tmp_path / "config")) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"k8stui: port {port} is in use: name another with --port, or 0 for any free one\n"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, why in ((tmp_path / "no" / "config", "No such file or directory"), (tmp_path, "Is a directory")):
        assert serve(DemoOptions(kubeconfig=path)) == 1
        assert capsys.readouterr().err == f"k8stui: cannot write {path}: {why}\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        check(tmp_path / "config")


def test_somebodys_own_kubeconfig_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config"
    for text in ("apiVersion: v1\nkind: Config\n", '{"kind": "Config", "current-context": "production"}', "[]", '"x"'):
        path.write_text(text)
        assert serve(DemoOptions(kubeconfig=path)) == 1
        assert "was not written by demo-server" in capsys.readouterr().err
        assert path.read_text() == text


def test_its_own_file_and_an_empty_one_are_written_again(tmp_path: Path) -> None:
    path = tmp_path / "config"
    for text in ("", "\n", '{"current-context": "demo"}'):
        path.write_text(text)
        check(path)
