"""What a context comes down to: cluster, user, flags, proxies, impersonation."""

from pathlib import Path
from typing import Any

import pytest

from k8stui.kube.errors import ConfigError
from k8stui.kube.kubeconfig import FLAGS, load
from k8stui.settings import Overrides, Settings
from tests.support.kubeconfigs import KEY, PEM, config, encoded, loaded, target, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config"


def two_contexts() -> dict[str, Any]:
    """`dev`, and `prod` of another cluster and user."""
    content = config({"tls-server-name": "inner"}, {"token": "jane-token", "as": "bob", "as-groups": ["ops"]})
    content["clusters"].append({"name": "west", "cluster": {"server": "https://west.example"}})
    content["users"].append({"name": "root", "user": {"token": "root-token"}})
    content["contexts"].append({"name": "prod", "context": {"cluster": "west", "user": "root", "namespace": "main"}})
    return content


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("https://East.Example:6443/", "https://east.example:6443"),
        ("https://[::1]:6443", "https://[::1]:6443"),
        ("https://rancher.example/k8s/clusters/c-1/?x=1#y", "https://rancher.example/k8s/clusters/c-1"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("127.0.0.1:8001", "http://127.0.0.1:8001"),
    ],
)
def test_the_server_is_a_clean_url(path: Path, server: str, expected: str) -> None:
    assert target(path, config({"server": server})).server == expected


def test_an_address_without_a_scheme_is_https_where_tls_is_configured(path: Path) -> None:
    # client-go's DefaultServerURL.
    assert target(path, config({"server": "e:1", "insecure-skip-tls-verify": True})).server == "https://e:1"
    authority = {"server": "e:1", "certificate-authority-data": encoded(PEM)}
    assert target(path, config(authority)).server == "https://e:1"


def test_everything_of_a_cluster_arrives(path: Path) -> None:
    cluster = {
        "certificate-authority-data": encoded(PEM),
        "tls-server-name": "inner.example",
        "proxy-url": "http://me:pw@proxy.example:3128",
        "disable-compression": True,
    }
    made = target(path, config(cluster, context={"namespace": "shop"}))
    assert made.ca == PEM
    assert made.tls_server_name == "inner.example"
    assert made.proxy_url == "http://proxy.example:3128"
    assert made.proxy_authorization is not None
    assert not made.compression
    assert not made.insecure
    assert made.context.namespace == "shop"
    assert target(path, config({"insecure-skip-tls-verify": True})).insecure


def test_proxy_url_goes_before_the_environment_which_knows_no_proxy(path: Path) -> None:
    environ = {"HTTPS_PROXY": "http://env:1"}
    assert target(path, config({"proxy-url": "http://own:1"}), environ=environ).proxy_url == "http://own:1"
    assert target(path, config(), environ=environ).proxy_url == "http://env:1"
    assert target(path, config(), environ={**environ, "NO_PROXY": ".example"}).proxy_url is None
    assert target(path, config({"server": "https://127.0.0.1:1"}), environ=environ).proxy_url is None


def test_tokens_basic_and_certificates_arrive(path: Path) -> None:
    spec = target(path, config(user={"token": " abc \n"})).credentials
    assert spec.token is not None
    assert spec.token.reveal() == "abc"
    spec = target(path, config(user={"username": "jane", "password": "pa:ss"})).credentials
    assert spec.basic is not None
    assert spec.basic.reveal() == "jane:pa:ss"
    data = {"client-certificate-data": encoded(PEM), "client-key-data": encoded(KEY)}
    spec = target(path, config(user=data)).credentials
    assert spec.certificate is not None
    assert spec.certificate.data is not None
    assert spec.certificate.data.reveal() == PEM
    assert spec.key is not None
    assert spec.key.data is not None
    assert spec.key.data.reveal() == KEY


def test_both_token_and_token_file_are_kept(path: Path) -> None:
    # The file wins while it can be read: that is for Credentials.
    spec = target(path, config(user={"token": "abc", "tokenFile": "sub/token"})).credentials
    assert spec.token is not None
    assert spec.token_file == path.parent / "sub/token"


def test_impersonation_becomes_headers_one_for_each_group(path: Path) -> None:
    user = {
        "as": "jane",
        "as-uid": "17",
        "as-groups": ["dev", "ops"],
        "as-user-extra": {"Scopes/x": ["view", "edit"], "reason": ["audit"]},
    }
    assert target(path, config(user=user)).impersonation.headers() == (
        ("Impersonate-User", "jane"),
        ("Impersonate-Uid", "17"),
        ("Impersonate-Group", "dev"),
        ("Impersonate-Group", "ops"),
        ("Impersonate-Extra-scopes%2Fx", "view"),
        ("Impersonate-Extra-scopes%2Fx", "edit"),
        ("Impersonate-Extra-reason", "audit"),
    )
    assert target(path, config()).impersonation.headers() == ()


class TestFlags:
    """kubectl's global flags."""

    def test_context_cluster_user_and_namespace(self, path: Path) -> None:
        write(path, two_contexts())
        made = loaded(path, context="prod", cluster="east", user="jane", namespace="here").target()
        assert (made.context.name, made.context.cluster, made.context.user) == ("prod", "east", "jane")
        assert made.context.namespace == "here"
        assert made.server == "https://east.example:6443"
        assert made.credentials.token is not None
        assert made.credentials.token.reveal() == "jane-token"
        shown = {context.name: context for context in loaded(path, context="prod", cluster="east").contexts}
        assert shown["prod"].server == "https://east.example:6443"
        assert shown["dev"].cluster == "east"

    def test_server_drops_the_name_that_was_for_the_other_server(self, path: Path) -> None:
        write(path, two_contexts())
        assert loaded(path).target().tls_server_name == "inner"
        made = loaded(path, server="https://other:1").target()
        assert (made.server, made.tls_server_name) == ("https://other:1", None)

    def test_either_trust_flag_replaces_all_the_entry_says_of_trust(self, path: Path, tmp_path: Path) -> None:
        own = write(tmp_path / "own.pem", PEM * 2)
        authority = write(path, config({"certificate-authority-data": encoded(PEM)}))
        made = loaded(authority, insecure_skip_tls_verify=True).target()
        assert (made.ca, made.insecure) == (None, True)
        made = loaded(authority, certificate_authority=own).target()
        assert made.ca is not None
        assert made.ca.count("BEGIN") == 2
        careless = write(path, config({"insecure-skip-tls-verify": True}))
        made = loaded(careless, certificate_authority=own).target()
        assert (bool(made.ca), made.insecure) == (True, False)
        assert not loaded(careless, insecure_skip_tls_verify=False).target().insecure

    def test_a_token_is_used_alone(self, path: Path) -> None:
        user = {
            "client-certificate-data": encoded(PEM),
            "client-key-data": encoded(KEY),
            "tokenFile": "/nonexistent",
        }
        spec = target(path, config(user=user), token="mine").credentials
        assert spec.token is not None
        assert spec.token.reveal() == "mine"
        assert (spec.certificate, spec.token_file, spec.basic, spec.exec) == (None, None, None, None)

    def test_impersonation_flags_go_before_the_entry_field_by_field(self, path: Path) -> None:
        write(path, two_contexts())
        made = loaded(path, impersonate_user="eve").target().impersonation
        assert (made.user, made.groups) == ("eve", ("ops",))
        made = (
            loaded(path, impersonate_user="eve", impersonate_groups=("a", "b"), impersonate_uid="5")
            .target()
            .impersonation
        )
        assert (made.groups, made.uid) == (("a", "b"), "5")

    def test_flags_of_one_cluster_do_not_go_to_another(self, path: Path) -> None:
        # A token given for one server must never be sent to the next.
        write(path, two_contexts())
        found = loaded(
            path, server="https://flag:1", token="flag-token", namespace="flag", insecure_skip_tls_verify=True
        )
        assert found.target().server == "https://flag:1"
        other = found.target("prod")
        assert (other.server, other.context.namespace, other.insecure) == ("https://west.example", "main", False)
        assert other.credentials.token is not None
        assert other.credentials.token.reveal() == "root-token"
        back = found.target("dev")
        assert back.server == "https://flag:1"

    def test_whom_to_act_as_goes_along_to_every_context(self, path: Path) -> None:
        # Dropping it would silently give more rights.
        write(path, two_contexts())
        assert loaded(path, impersonate_user="viewer").target("prod").impersonation.user == "viewer"

    def test_a_server_alone_is_enough(self, tmp_path: Path) -> None:
        settings = Settings(overrides=Overrides(server="https://alone:1", token="t", namespace="x"))
        found = load(settings, {"KUBECONFIG": str(tmp_path / "none")})
        assert found.current == FLAGS
        made = found.target()
        assert (made.server, made.context.name, made.context.namespace) == ("https://alone:1", FLAGS, "x")
        assert made.credentials.token is not None
        assert found.target(FLAGS) == made
        assert [context.name for context in found.contexts] == [FLAGS]

    def test_cluster_and_user_do_without_a_context(self, path: Path) -> None:
        content = two_contexts()
        del content["current-context"]
        made = loaded(write(path, content), cluster="west", user="root").target()
        assert made.server == "https://west.example"
        assert made.credentials.token is not None

    def test_a_missing_user_or_cluster_does_not_matter_where_a_flag_replaces_it(self, path: Path) -> None:
        write(path, config(context={"user": "gone", "cluster": "gone"}))
        assert loaded(path, token="t", server="https://flag:1").target().server == "https://flag:1"

    def test_both_trust_flags_contradict(self, path: Path) -> None:
        write(path, config())
        with pytest.raises(ConfigError, match="contradict"):
            loaded(path, insecure_skip_tls_verify=True, certificate_authority=path).target()


def test_the_same_file_gives_an_equal_target(path: Path) -> None:
    # Whoever reads a changed file again compares, to keep the connection where nothing that counts has changed.
    user = {"exec": {"command": "aws", "apiVersion": "client.authentication.k8s.io/v1beta1", "env": []}}
    content = config({"certificate-authority-data": encoded(PEM)}, user)
    assert target(path, content, environ={"A": "1"}) == target(path, content, environ={"A": "1"})
    assert target(path, content, environ={"A": "1"}) != target(path, content, environ={"A": "2"})
