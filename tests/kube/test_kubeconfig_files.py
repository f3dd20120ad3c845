"""Which files make the kubeconfig, which entry wins, when it is read again; the real kubectl is the judge."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from k8stui.kube.errors import ConfigError
from k8stui.kube.kubeconfig import IN_CLUSTER, Kubeconfig, load
from k8stui.settings import Overrides, Settings
from tests.support.kubeconfigs import PEM, config, loaded, write

NOWHERE = "/dev/null/none"
"""No program can make this folder."""

needs_kubectl = pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl here to compare with")


def kubectl(*args: str, listed: Sequence[Path] = ()) -> str:
    """What kubectl prints on stdout for that $KUBECONFIG."""
    home = str(listed[0].parent)  # a folder that kubectl may write to
    environ = {"PATH": os.environ["PATH"], "HOME": home, "KUBECONFIG": os.pathsep.join(map(str, listed))}
    return subprocess.run(["kubectl", *args], env=environ, capture_output=True, text=True, check=False).stdout.strip()


def from_list(*files: Path, **overrides: Any) -> Kubeconfig:
    environ = {"KUBECONFIG": os.pathsep.join(map(str, files)), "HOME": NOWHERE}
    return load(Settings(overrides=Overrides(**overrides)), environ, service_account=Path(NOWHERE))


def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two files that disagree in everything."""
    one = {
        "current-context": "first",
        "clusters": [{"name": "c", "cluster": {"server": "https://one:1"}}],
        "contexts": [{"name": "first", "context": {"cluster": "c", "user": "u"}}],
        "users": [{"name": "u", "user": {"token": "one"}}],
    }
    two = {
        "current-context": "second",
        "clusters": [
            {"name": "c", "cluster": {"server": "https://two:2", "insecure-skip-tls-verify": True}},
            {"name": "d", "cluster": {"server": "https://three:3"}},
        ],
        "contexts": [
            {"name": "second", "context": {"cluster": "c", "user": "u", "namespace": "shop"}},
            {"name": "first", "context": {"cluster": "d", "user": "u", "namespace": "late"}},
            {"name": "third", "context": {"cluster": "d", "user": "u"}},
        ],
        "users": [{"name": "u", "user": {"username": "two", "password": "p"}}],
    }
    return write(tmp_path / "a/one.yaml", one), write(tmp_path / "b/two.yaml", two)


def test_the_first_file_wins_for_each_name_and_for_current_context(tmp_path: Path) -> None:
    found = from_list(*pair(tmp_path))
    assert found.current == "first"
    assert [context.name for context in found.contexts] == ["first", "second", "third"]
    target = found.target()
    assert (target.context.cluster, target.context.namespace, target.server) == ("c", "", "https://one:1")
    # Whole entries win: nothing of the second file's cluster or user is mixed in.
    assert not target.insecure
    assert target.credentials.basic is None
    assert found.target("second").server == "https://one:1"
    assert found.target("third").server == "https://three:3"


@needs_kubectl
@pytest.mark.parametrize("turned", [False, True])
def test_merging_is_as_kubectl_does_it(tmp_path: Path, turned: bool) -> None:
    files = pair(tmp_path)[:: -1 if turned else 1]
    view = json.loads(kubectl("config", "view", "--raw", "-o", "json", listed=files))
    ours = from_list(*files)
    assert ours.current == kubectl("config", "current-context", listed=files) == view["current-context"]
    servers = {item["name"]: item["cluster"]["server"] for item in view["clusters"]}
    theirs = {
        item["name"]: (
            item["context"]["cluster"],
            item["context"]["user"],
            item["context"].get("namespace", ""),
            servers[item["context"]["cluster"]],
        )
        for item in view["contexts"]
    }
    assert {item.name: (item.cluster, item.user, item.namespace, item.server) for item in ours.contexts} == theirs


@needs_kubectl
def test_odd_but_good_files_are_read_as_kubectl_reads_them(tmp_path: Path) -> None:
    texts = {
        "bom": b"\xef\xbb\xbfcurrent-context: x\n",
        "several documents": b"current-context: x\n---\ncurrent-context: z\n",
        "json": b'{"current-context": "x", "clusters": null}',
        "unknown keys": b"current-context: x\nfoo: {bar: 3}\n",
        "anchors": b"current-context: &n x\nother: *n\n",
        "quoted number": b"current-context: '12'\n",
        "minutes": b"current-context: 12:34\n",
        "date": b"current-context: 2026-01-01\n",
    }
    for name, text in texts.items():
        path = write(tmp_path / f"{name}.yaml", text)
        assert loaded(path).current == kubectl("config", "current-context", listed=[path]), name


@needs_kubectl
def test_merge_keys_count(tmp_path: Path) -> None:
    text = "a: &x {server: 'https://merged:1', tls-server-name: no}\n"
    text += "clusters:\n- name: c\n  cluster: {<<: *x, tls-server-name: 'zz'}\n"
    text += "contexts:\n- {name: x, context: {cluster: c, user: ''}}\ncurrent-context: x\n"
    path = write(tmp_path / "merge.yaml", text)
    target = loaded(path).target()
    assert (target.server, target.tls_server_name) == ("https://merged:1", "zz")
    view = json.loads(kubectl("config", "view", "-o", "json", listed=[path]))
    assert view["clusters"][0]["cluster"] == {"server": target.server, "tls-server-name": target.tls_server_name}


def test_empty_and_missing_files_of_the_list_are_skipped(tmp_path: Path) -> None:
    empty, nulls = write(tmp_path / "empty", ""), write(tmp_path / "nulls", "# nothing\n---\n")
    some = write(tmp_path / "some", config())
    environ = {"KUBECONFIG": f":{tmp_path / 'missing'}:{empty}::{nulls}:{some}:{some}"}
    assert load(Settings(), environ).current == "dev"


def test_without_the_variable_the_file_in_home_is_read(tmp_path: Path) -> None:
    write(tmp_path / ".kube/config", config())
    for environ in ({"HOME": str(tmp_path)}, {"HOME": str(tmp_path), "KUBECONFIG": ""}):
        assert load(Settings(), environ).current == "dev"


def test_an_explicit_file_stands_alone_and_must_be_there(tmp_path: Path) -> None:
    one, two = pair(tmp_path)
    found = load(Settings(kubeconfig=two), {"KUBECONFIG": str(one)})
    assert [context.name for context in found.contexts] == ["second", "first", "third"]
    with pytest.raises(ConfigError, match="is not there"):
        load(Settings(kubeconfig=tmp_path / "missing"), {"KUBECONFIG": str(one)})


def test_a_pipe_is_read_as_a_file(tmp_path: Path) -> None:
    # kubectl --kubeconfig <(vault read …)
    reading, writing = os.pipe()
    os.write(writing, json.dumps(config()).encode())
    os.close(writing)
    try:
        found = loaded(Path(f"/dev/fd/{reading}"))
    finally:
        os.close(reading)
    assert found.current == "dev"
    assert not found.changed()


def test_relative_paths_start_at_the_file_that_holds_them(tmp_path: Path) -> None:
    write(tmp_path / "a/ca.pem", PEM)
    write(tmp_path / "b/jane.pem", PEM)
    write(tmp_path / "jane.key", PEM)
    one = write(
        tmp_path / "a/one",
        {
            "current-context": "dev",
            "clusters": [{"name": "east", "cluster": {"server": "https://e:1", "certificate-authority": "ca.pem"}}],
            "contexts": [{"name": "dev", "context": {"cluster": "east", "user": "jane"}}],
        },
    )
    user = {"client-certificate": "jane.pem", "client-key": "../jane.key"}
    two = write(tmp_path / "b/two", {"users": [{"name": "jane", "user": user}]})
    target = from_list(one, two).target()
    assert target.ca is not None
    assert target.ca.strip() == PEM.strip()
    assert target.credentials.certificate is not None
    assert target.credentials.certificate.path == tmp_path / "b/jane.pem"
    assert target.credentials.key is not None
    assert target.credentials.key.path == tmp_path / "jane.key"


def test_a_change_on_disk_is_seen_and_reading_again_keeps_the_context(tmp_path: Path) -> None:
    path = write(tmp_path / "config", config())
    found = loaded(path)
    assert not found.changed()
    changed = config({"server": "https://moved.example:6443"}, current="other")
    write(path, changed)
    assert found.changed()
    fresh = found.reread()
    assert not fresh.changed()
    # Somebody's `kubectl config use-context` must not carry us into another cluster.
    assert fresh.current == "dev"
    assert fresh.target().server == "https://moved.example:6443"


def test_a_replaced_removed_or_new_file_is_a_change(tmp_path: Path) -> None:
    path, late = write(tmp_path / "config", config()), tmp_path / "late"
    content = path.read_bytes()
    found = from_list(path, late)
    os.utime(path, ns=(1, path.stat().st_mtime_ns))
    assert not found.changed()
    # The same size and time, but another file: an atomic replace.
    twin = write(tmp_path / "twin", content)
    os.utime(twin, ns=(1, path.stat().st_mtime_ns))
    twin.replace(path)
    assert found.changed()
    found = from_list(path, late)
    write(late, "contexts: []")
    assert found.changed()
    found = from_list(path, late)
    late.unlink()
    assert found.changed()


def test_a_renewed_certificate_file_is_a_change(tmp_path: Path) -> None:
    authority = write(tmp_path / "ca.pem", PEM)
    found = loaded(write(tmp_path / "config", config({"certificate-authority": "ca.pem"})))
    write(authority, PEM * 2)
    assert not found.changed(), "nothing was made of it yet"
    assert found.target().ca
    assert not found.changed()
    write(authority, PEM * 3)
    assert found.changed()


class TestInAPod:
    """KUBERNETES_SERVICE_HOST and the service account's files."""

    ENVIRON: ClassVar = {
        "KUBERNETES_SERVICE_HOST": "10.0.0.1",
        "KUBERNETES_SERVICE_PORT": "443",
        "HOME": NOWHERE,
    }

    @pytest.fixture
    def account(self, tmp_path: Path) -> Path:
        directory = tmp_path / "account"
        write(directory / "token", "pod-token\n")
        write(directory / "ca.crt", PEM)
        write(directory / "namespace", "shop\n")
        return directory

    def test_the_service_account_is_used_where_no_kubeconfig_is(self, account: Path) -> None:
        found = load(Settings(), self.ENVIRON, service_account=account)
        assert found.current == IN_CLUSTER
        target = found.target()
        assert target.server == "https://10.0.0.1:443"
        assert target.context.namespace == "shop"
        assert target.ca
        assert target.credentials.token_file == account / "token"

    def test_an_ipv6_service_gets_brackets(self, account: Path) -> None:
        environ = {**self.ENVIRON, "KUBERNETES_SERVICE_HOST": "fd00::1"}
        assert load(Settings(), environ, service_account=account).target().server == "https://[fd00::1]:443"

    def test_a_kubeconfig_goes_before_it(self, account: Path, tmp_path: Path) -> None:
        environ = {**self.ENVIRON, "KUBECONFIG": str(write(tmp_path / "config", config()))}
        assert load(Settings(), environ, service_account=account).current == "dev"

    def test_the_namespace_of_the_downward_api_goes_before_the_file(self, account: Path) -> None:
        found = load(Settings(), {**self.ENVIRON, "POD_NAMESPACE": "mine"}, service_account=account)
        assert found.target().context.namespace == "mine"

    def test_flags_count_there_too(self, account: Path) -> None:
        settings = Settings(overrides=Overrides(server="https://other:1", namespace="x", token="t"))
        target = load(settings, self.ENVIRON, service_account=account).target()
        assert (target.server, target.context.namespace, target.credentials.token_file) == (
            "https://other:1",
            "x",
            None,
        )

    @pytest.mark.parametrize("missing", ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "token"])
    def test_without_one_of_them_this_is_no_pod(self, account: Path, missing: str) -> None:
        environ = {name: value for name, value in self.ENVIRON.items() if name != missing}
        if missing == "token":
            (account / "token").unlink()
        found = load(Settings(), environ, service_account=account)
        assert found.contexts == ()
        with pytest.raises(ConfigError, match=r"There is no kubeconfig at .*config, and this is no pod"):
            found.target()
