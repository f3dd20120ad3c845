"""Each wrong kubeconfig is one clear sentence with its file and line; never a secret, never the parser's own words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from k8stui.kube.errors import ConfigError
from k8stui.kube.kubeconfig import load
from k8stui.settings import Settings
from tests.support.kubeconfigs import PEM, config, encoded, loaded, write

PLANTED = "s3cr3t-planted"


def sentence(path: Path, content: Mapping[str, Any] | str | bytes, **flags: Any) -> str:
    """What loading it and making its target says; checked for the planted secret and for being one line."""
    write(path, content)
    with pytest.raises(ConfigError) as caught:
        loaded(path, **flags).target()
    said = caught.value.sentence
    assert PLANTED not in said
    assert encoded(PLANTED) not in said
    assert said.isprintable()
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"users:\n- name: u\n  user: {{token: {PLANTED}\n", "line 4: this is not valid YAML"),
        (f"users:\n\t- token: {PLANTED}\n", "line 2: this is not valid YAML (found character that cannot start"),
        (f'token: "{PLANTED}\n', "this is not valid YAML"),
        (f"token: *{PLANTED}\n", "line 1: this alias (*) points at nothing"),
        (f"token: {PLANTED}\x01\n", "line 1: this holds a character that YAML does not allow"),
        (f"a: 1\nb: {PLANTED}\na: 2\n", "line 3: the key a comes twice in one mapping (first at line 1)"),
        (f"- {PLANTED}\n", "line 1: this is not a kubeconfig"),
        (PLANTED, "line 1: this is not a kubeconfig"),
        (f"? [{PLANTED}]\n: x\n", "line 1: a key must be a text"),
        ("a: " + "[" * 100_000, "this is nested too deeply"),
        (
            f"apiVersion: v1\nkind: Secret\ndata: {PLANTED}\n",
            "line 2: this is an object of kind Secret, not a kubeconfig",
        ),
        ("apiVersion: v2\nkind: Config\n", "line 1: the apiVersion of a kubeconfig must be v1"),
        (f"users: {PLANTED}\n", "line 1: users must be a list"),
        (f"users:\n- {PLANTED}\n", "line 2: users[0] must be a mapping"),
        ("contexts:\n- name: 12\n", "line 2: contexts[0].name must be a text (put it in quotes)"),
        ("contexts:\n- name: true\n", "line 2: contexts[0].name must be a text"),
        ("current-context: [a]\n", "line 1: current-context must be a text"),
        (
            "contexts:\n- name: a\n- name: b\n- name: a\n",
            "line 4: the context a is there twice (first at line 2); rename or remove one",
        ),
    ],
)
def test_a_file_that_is_no_kubeconfig(path: Path, text: str, says: str) -> None:
    said = sentence(path, text)
    assert said.startswith(str(path))
    assert says in said


def test_bytes_that_are_no_text_are_said_with_their_line(path: Path) -> None:
    assert "line 2: this is not UTF-8 text" in sentence(path, b"a: 1\nb: \xff" + PLANTED.encode())
    assert "line 1: this is not UTF-8 text" in sentence(path, "current-context: x".encode("utf-16"))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for where, says in (
        (tmp_path, "is a directory, not a file"),
        (tmp_path / "missing", "is not there"),
        (tmp_path / "missing" / "deeper", "is not there"),
        (write(tmp_path / "file", "x") / "below", "cannot be read: Not a directory"),
        (Path("/dev/zero"), "is larger than 16 MB"),
    ):
        with pytest.raises(ConfigError) as caught:
            load(Settings(kubeconfig=where), {})
        assert says in caught.value.sentence
        assert str(where) in caught.value.sentence


def test_a_directory_in_the_list_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a directory"):
        load(Settings(), {"KUBECONFIG": str(tmp_path)})


def test_a_file_without_read_permission(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, config())

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    # Not by its mode: root reads everything.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ConfigError, match="may not be read: check its owner and its mode"):
        loaded(path)


def test_names_in_errors_are_cleaned(path: Path) -> None:
    said = sentence(path, config(current="a\x1b]52;c;eA==\x07b\u202e"))
    assert "There is no context a]52;c;eA==b; known contexts: dev" in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (config(current="nope"), "There is no context nope; known contexts: dev"),
        (config(current=""), "has no current-context; give --context NAME; known contexts: dev"),
        (config(context={"cluster": "gone"}), "dev names the cluster gone, which is not there; known clusters: east"),
        (config(context={"cluster": ""}), "The context dev names no cluster; known clusters: east"),
        (config(context={"user": "gone"}), "dev names the user gone, which is not there; known users: jane"),
        (config({"server": ""}), "the cluster east has no server"),
        (config({"server": "https://"}), "The server of the cluster east is not an address"),
        (config({"server": "ftp://x"}), "is not an address"),
        (config({"server": "https://x:y"}), "is not an address"),
        (
            config({"server": "https://::1:6443"}),
            "is not an address: write https://host:port (IPv6: https://[::1]:port)",
        ),
        (config({"server": "https://ex ample"}), "is not an address"),
        (config({"server": f"https://me:{PLANTED}@x"}), "holds a user or a password: move them"),
        (config({"proxy-url": f"socks5://me:{PLANTED}@p"}), "The proxy-url of the cluster east names a SOCKS proxy"),
        (config({"proxy-url": f"{PLANTED}"}), "is not a URL of an http proxy"),
        (config({"certificate-authority-data": f"{PLANTED}!"}), "-data of the cluster east is not base64"),
        (config({"certificate-authority-data": f"!{encoded(PEM)}"}), "-data of the cluster east is not base64"),
        (config({"certificate-authority-data": encoded(PLANTED)}), "-data of the cluster east holds no PEM"),
        (config({"certificate-authority": "missing.pem"}), "missing.pem is not there"),
        (config({"certificate-authority": "/dev"}), "of the cluster east /dev is a directory"),
        (
            config({"certificate-authority-data": encoded(PEM), "certificate-authority": "x"}),
            "has both certificate-authority and certificate-authority-data",
        ),
        (
            config({"certificate-authority-data": encoded(PEM), "insecure-skip-tls-verify": True}),
            "has a certificate-authority and insecure-skip-tls-verify",
        ),
        (config({"insecure-skip-tls-verify": "true"}), "must be true or false"),
        (config(user={"token": PLANTED, "username": "x"}), "has both a token and a username"),
        (config(user={"token": f"{PLANTED} {PLANTED}"}), "The token holds white space"),
        (config(user={"token": f"{PLANTED}\u20ac"}), "The token holds white space or other characters"),
        (config(user={"token": 123}), "users[0].user.token must be a text"),
        (config(user={"client-certificate-data": encoded(PEM)}), "has a client-certificate but no client-key"),
        (config(user={"client-key-data": PLANTED}), "client-key-data of the user jane is not base64"),
        (config(user={"client-key-data": encoded(PLANTED)}), "client-key-data of the user jane holds no PEM"),
        (
            config(user={"client-certificate": "c", "client-certificate-data": encoded(PEM)}),
            "has both client-certificate and client-certificate-data",
        ),
        (config(user={"client-certificate": "c.pem", "client-key": "k.pem"}), "c.pem is not there"),
        (config(user={"as-groups": ["x"]}), "need a user to act as: add --as"),
        (config(user={"as": "a\nb"}), "holds control characters"),
        (config(user={"as-user-extra": {"x": "y"}}), "as-user-extra.x must be a list"),
        (config(user={"as-uid": 5}), "as-uid must be a text (put it in quotes)"),
        (config(user={"auth-provider": {"name": "oidc", "config": {"x": PLANTED}}}), "use the exec plugin kubelogin"),
        (config(user={"auth-provider": {"name": "gcp"}}), "use the exec plugin gke-gcloud-auth-plugin"),
        (config(user={"auth-provider": {"name": "azure"}}), "kubelogin convert-kubeconfig"),
        (config(user={"auth-provider": {"name": "x"}}), "the auth-provider x, which kubectl has dropped"),
    ],
)
def test_a_context_that_cannot_be_used(path: Path, content: dict[str, Any], says: str) -> None:
    assert says in sentence(path, content)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"command": ""}, "names no command"),
        ({"apiVersion": ""}, "must say apiVersion: client.authentication.k8s.io/v1"),
        ({"apiVersion": "client.authentication.k8s.io/v1alpha1"}, "update the plugin"),
        ({"apiVersion": "client.authentication.k8s.io/v1"}, "must say interactiveMode"),
        ({"interactiveMode": "Sometimes"}, "interactiveMode must be Never, IfAvailable or Always"),
        ({"args": [PLANTED, 5]}, "an item of users[0].user.exec.args must be a text"),
        ({"args": PLANTED}, "users[0].user.exec.args must be a list"),
        ({"env": [{"value": PLANTED}]}, "each env of an exec section needs a name"),
        ({"env": [{"name": "A=B", "value": PLANTED}]}, "each env of an exec section needs a name"),
        ({"env": [{"name": "A", "value": 5}]}, "env[0].value must be a text"),
    ],
)
def test_an_exec_section_that_cannot_be_used(path: Path, entry: dict[str, Any], says: str) -> None:
    whole = {"command": "aws", "apiVersion": "client.authentication.k8s.io/v1beta1", **entry}
    assert says in sentence(path, config(user={"exec": whole}))


def test_exec_and_auth_provider_exclude_each_other(path: Path) -> None:
    plugin = {"command": "aws", "apiVersion": "client.authentication.k8s.io/v1beta1"}
    assert "has both exec and auth-provider" in sentence(
        path, config(user={"exec": plugin, "auth-provider": {"name": "oidc"}})
    )


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ({"context": "nope"}, "There is no context nope; known contexts: dev"),
        ({"cluster": "nope"}, "--cluster names the cluster nope, which is not there; known clusters: east"),
        ({"user": "nope"}, "--user names the user nope, which is not there; known users: jane"),
        ({"server": "https://"}, "The address of --server is not an address"),
        ({"token": f"{PLANTED} x"}, "The token holds white space"),
        ({"certificate_authority": Path("/missing")}, "The file of --certificate-authority /missing is not there"),
        ({"impersonate_groups": ("x",)}, "need a user to act as"),
    ],
)
def test_a_flag_that_cannot_be_used(path: Path, flags: dict[str, Any], says: str) -> None:
    assert says in sentence(path, config(), **flags)


def test_a_wrong_user_does_not_keep_another_context_from_being_used(path: Path) -> None:
    content = config(user={"token": "good"})
    content["users"].append({"name": "broken", "user": {"token": 5, "client-key-data": "!"}})
    content["clusters"].append({"name": "broken", "cluster": {"certificate-authority-data": "!"}})
    assert loaded(write(path, content)).target().credentials.token is not None


def test_many_known_names_are_not_all_said(path: Path) -> None:
    contexts = [{"name": f"c{n}", "context": {}} for n in range(30)]
    said = sentence(path, config(contexts=contexts, current="nope"))
    assert said == "There is no context nope; known contexts: c0, c1, c2, c3, c4, c5, c6, c7 and 22 more"


def test_aliases_that_multiply_do_not_fill_the_memory(path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    text = "\n".join(lines) + "\nclusters:\n- name: east\n  cluster:\n    server: https://e:1\n    extensions:\n"
    text += "    - {name: client.authentication.k8s.io/exec, extension: *a8}\n"
    text += "contexts:\n- {name: dev, context: {cluster: east, user: ''}}\ncurrent-context: dev\n"
    assert "too large" in sentence(path, text)
