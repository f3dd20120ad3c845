"""Secrets planted in every field are in no repr, no str, no rich rendering, no log and no error."""

import copy
import logging
import pickle
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console
from rich.pretty import Pretty
from rich.traceback import Traceback

from k8stui.kube.answers import Asked, refusal
from k8stui.kube.credentials import Credentials
from k8stui.kube.errors import ApiError
from k8stui.kube.kubeconfig import Secret, Target
from k8stui.kube.yamlfile import parse
from k8stui.settings import Timing
from tests.support.clock import ManualClock
from tests.support.kubeconfigs import config, encoded, loaded, target, write

PLANTED = "s3cr3t-planted"
PEM = f"-----BEGIN CERTIFICATE-----\n{PLANTED}\n-----END CERTIFICATE-----\n"
V1 = "client.authentication.k8s.io/v1"


def users(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """A secret in each field that may hold one."""
    write(tmp_path / "secret.pem", PEM)
    write(tmp_path / "token", PLANTED)
    plugin = {
        "command": "./plug",
        "apiVersion": V1,
        "interactiveMode": "Never",
        "args": ["--password", PLANTED],
        "env": [{"name": "PASSWORD", "value": PLANTED}],
        "provideClusterInfo": True,
    }
    return {
        "token": {"token": PLANTED},
        "token file": {"tokenFile": "token"},
        "basic": {"username": "jane", "password": PLANTED},
        "data": {"client-certificate-data": encoded(PEM), "client-key-data": encoded(PEM)},
        "files": {"client-certificate": "secret.pem", "client-key": "secret.pem"},
        "plugin": {"exec": plugin},
    }


CLUSTER = {
    "proxy-url": f"http://me:{PLANTED}@proxy:3128",
    "extensions": [{"name": "client.authentication.k8s.io/exec", "extension": {"secret": PLANTED}}],
}
NAMES = ("token", "token file", "basic", "data", "files", "plugin")


def renderings(thing: object) -> str:
    """Every way in which something may end up on a screen or in a log."""
    console = Console(width=4000, record=True, file=StringIO())
    console.print(Pretty(thing, expand_all=True))
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s %r", (thing, thing), None)
    return " ".join([repr(thing), str(thing), f"{thing}", ascii(thing), console.export_text(), record.getMessage()])


def hidden(text: str) -> None:
    for form in (PLANTED, encoded(PLANTED), encoded(PEM), encoded(f"jane:{PLANTED}"), encoded(f"me:{PLANTED}")):
        assert form not in text


@pytest.mark.parametrize("name", NAMES)
def test_no_rendering_of_a_target_shows_one(tmp_path: Path, name: str) -> None:
    content = config(CLUSTER, users(tmp_path)[name])
    made = target(tmp_path / "config", content, environ={"SECRET": PLANTED, "HTTPS_PROXY": f"http://x:{PLANTED}@y"})
    parts: list[object] = [made, made.credentials, made.credentials.exec, made.context, made.proxy_authorization]
    parts += [loaded(tmp_path / "config", token=PLANTED), Credentials(made, Timing(), ManualClock())]
    for part in parts:
        hidden(renderings(part))


def test_no_rendering_of_the_parsed_file_shows_one() -> None:
    entry = parse(f"users: [{{name: u, user: {{token: {PLANTED}}}}}]".encode(), "config")
    assert entry is not None
    hidden(renderings(entry))
    hidden(renderings(vars(entry)))


def test_a_secret_is_neither_copied_into_json_nor_pickled() -> None:
    secret = Secret(PLANTED)
    assert secret.reveal() == PLANTED
    hidden(renderings(secret))
    hidden(renderings({"a": [secret]}))
    for leak in (pickle.dumps, copy.deepcopy, msgspec.json.encode):
        with pytest.raises(TypeError) as caught:
            leak(secret)
        hidden(str(caught.value))


def failing_plugin(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plug"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    "text",
    [
        "echo $PASSWORD; exit 1",
        "echo $PASSWORD",
        'echo \'{"kind": "ExecCredential", "apiVersion": "\'$PASSWORD\'"}\'',
        f'echo \'{{"kind": "ExecCredential", "apiVersion": "{V1}", "status": {{"token": "\'$PASSWORD\' x"}}}}\'',
        'echo "$KUBERNETES_EXEC_INFO"; kill -9 $$',
    ],
)
async def test_no_failing_plugin_shows_one(tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    failing_plugin(tmp_path, text)
    made = target(tmp_path / "config", config(CLUSTER, users(tmp_path)["plugin"]), environ={"PATH": "/usr/bin:/bin"})
    with caplog.at_level(logging.DEBUG), pytest.raises(ApiError) as caught:
        await Credentials(made, Timing(plugin=20.0), ManualClock()).headers()
    hidden(renderings(caught.value))
    hidden(caught.value.sentence + caplog.text)


async def test_a_traceback_with_local_variables_shows_none(tmp_path: Path) -> None:
    # Textual prints locals; ours must be safe even there, as far as the program's own structures go.
    made = target(tmp_path / "config", config(CLUSTER, users(tmp_path)["basic"]))
    hidden(_rendered_crash(made))


def _rendered_crash(made: Target) -> str:
    credentials = made.credentials
    try:
        raise RuntimeError(str(credentials))
    except RuntimeError as error:
        shown = Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True)
    console = Console(width=300, record=True, file=StringIO())
    console.print(shown)
    text = console.export_text()
    assert "locals" in text
    return text


@pytest.mark.parametrize(
    ("quoted", "why"),
    [
        (f"map[data:map[password:{PLANTED}]]", "error decoding from json: illegal base64 data at input byte 0"),
        (f'{{"data":{{"a":"{PLANTED}","b":"\\\\n"}}}}', 'strict decoding error: unknown field "dataa"'),
        (f"map[data:map[password:{PLANTED}]]" + "x" * 2000, "unrecognized type: uint8"),
    ],
)
def test_a_refused_patch_is_not_quoted(quoted: str, why: str) -> None:
    """The server quotes all of a patch that it cannot decode, or all of the object that it would make."""
    value = f"Invalid value: {msgspec.json.encode(quoted).decode()}: {why}"
    status = {
        "kind": "Status",
        "reason": "Invalid",
        "message": f' "" is invalid: patch: {value}',
        "details": {"causes": [{"field": "patch", "message": value, "reason": "FieldValueInvalid"}]},
    }
    error = refusal(422, {}, msgspec.json.encode(status), Asked("x:1"))
    assert PLANTED not in f"{error!r} {error} {error.causes}"
    assert error.message == f'"" is invalid: patch: {why}'
    assert error.causes == (f"patch: {why}",)
