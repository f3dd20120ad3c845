"""The exec section of a user, and which credentials go over plain http."""

from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.support.kubeconfigs import PEM, config, encoded, target


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config"


class TestPlainHttp:
    """kubectl sends no credentials over plain http; we send tokens to this machine itself: nobody listens there."""

    def test_to_another_machine_nothing_is_sent_and_that_is_said(self, path: Path) -> None:
        made = target(path, config({"server": "http://east.example:8080"}, {"token": "abc"}))
        assert made.credentials.token is None
        assert "not sent to http://east.example:8080" in made.notice
        assert not target(path, config({"server": "http://east.example:8080"})).notice

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
    def test_to_this_machine_tokens_are_sent(self, path: Path, host: str) -> None:
        made = target(path, config({"server": f"http://{host}:8080"}, {"token": "abc"}))
        assert made.credentials.token is not None
        assert not made.notice

    def test_no_plugin_is_run_for_it(self, path: Path) -> None:
        plugin = {"command": "aws", "apiVersion": "client.authentication.k8s.io/v1beta1"}
        assert target(path, config({"server": "http://127.0.0.1:8001"}, {"exec": plugin})).credentials.exec is None


class TestExec:
    """The exec section."""

    ENTRY: ClassVar[dict[str, Any]] = {"command": "aws", "apiVersion": "client.authentication.k8s.io/v1beta1"}

    def test_everything_of_it_arrives(self, path: Path) -> None:
        entry = {
            **self.ENTRY,
            "args": ["eks", "get-token"],
            "env": [{"name": "PROFILE", "value": "dev"}, {"name": "LANG", "value": "C"}],
            "installHint": "get it\nat https://example",
            "interactiveMode": "Never",
        }
        spec = target(path, config(user={"exec": entry}), environ={"LANG": "de", "PATH": "/bin"}).credentials.exec
        assert spec is not None
        assert (spec.command, spec.args, spec.interactive) == ("aws", ("eks", "get-token"), "Never")
        assert {name: value.reveal() for name, value in spec.env.items()} == {
            "LANG": "C",
            "PATH": "/bin",
            "PROFILE": "dev",
        }
        assert spec.install_hint == "get it at https://example"
        assert spec.cluster is None

    @pytest.mark.parametrize(("command", "expected"), [("./p", "p"), ("bin/p", "bin/p"), ("../p", "../p")])
    def test_a_command_with_a_separator_stands_beside_the_file(self, path: Path, command: str, expected: str) -> None:
        spec = target(path, config(user={"exec": {**self.ENTRY, "command": command}})).credentials.exec
        assert spec is not None
        assert Path(spec.command) == Path(path.parent, expected).resolve()

    def test_v1beta1_may_leave_the_interactive_mode_out(self, path: Path) -> None:
        spec = target(path, config(user={"exec": self.ENTRY})).credentials.exec
        assert spec is not None
        assert spec.interactive == "IfAvailable"

    def test_the_cluster_is_told_to_those_who_want_it(self, path: Path) -> None:
        cluster = {
            "certificate-authority-data": encoded(PEM),
            "tls-server-name": "inner",
            "proxy-url": "http://p:1",
            "disable-compression": True,
            "extensions": [
                {"name": "other", "extension": 1},
                {
                    "name": "client.authentication.k8s.io/exec",
                    "extension": {"audience": "x", "n": 3, "deep": [True, None, "12", 1.5]},
                },
            ],
        }
        spec = target(path, config(cluster, {"exec": {**self.ENTRY, "provideClusterInfo": True}})).credentials.exec
        assert spec is not None
        assert spec.cluster == {
            "server": "https://east.example:6443",
            "certificate-authority-data": encoded(PEM),
            "tls-server-name": "inner",
            "proxy-url": "http://p:1",
            "disable-compression": True,
            "config": {"audience": "x", "n": 3, "deep": [True, None, "12", 1.5]},
        }
