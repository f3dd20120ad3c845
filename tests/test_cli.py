import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from rich.pretty import pretty_repr

from k8stui import __version__
from k8stui.arguments import only_ascii, parser, seconds, settings_of
from k8stui.cli import main
from tests.support.program import program


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The program as a pipe sees it: no terminal anywhere, and a home of its own for what a crash leaves."""
    with tempfile.TemporaryDirectory() as home:
        return subprocess.run(
            [sys.executable, "-m", "k8stui", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            env={"PATH": "/usr/bin:/bin", "HOME": home, "TERM": "xterm-256color", **env},
            check=False,
        )


def test_version_and_help_import_no_textual() -> None:
    code = (
        "import sys; from k8stui.cli import main\n"
        "for word in ('--version', '--help'):\n"
        "    try: main([word])\n"
        "    except SystemExit as end: assert end.code == 0\n"
        "heavy = {'textual', 'rich', 'yaml', 'aiohttp', 'kubernetes_asyncio', 'asyncio'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert f"k8stui {__version__}" in done.stdout
    assert "--context" in done.stdout
    assert "demo-server" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--vew", "pods"], "--vew"),
        (["--theme", "pink"], "dark"),
        (["--request-timeout", "soon"], "30s"),
        (["--demo", "--pods", "many"], "whole number"),
        (["--demo", "--churn", "5"], "--pods"),
        (["--demo", "--speed", "0"], "--speed"),
        (["--demo", "--scenario", "bad"], "shop, quiet or empty"),
        (["-A", "-n", "shop"], "exclude each other"),
        (["demo-server"], "--kubeconfig"),
    ],
)
def test_a_wrong_argument_gives_one_sentence_and_exit_code_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("k8stui.cli.unusable", lambda _environ: None)
    try:
        code = main(arguments)
    except SystemExit as end:
        code = int(str(end.code))
    captured = capsys.readouterr()
    assert code == 2
    assert said in captured.err
    assert captured.err.startswith("k8stui: ")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_without_a_terminal_it_says_so_and_exits_with_1() -> None:
    done = run("--demo")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs a terminal" in done.stderr
    assert done.stdout == ""


def test_windows_and_dumb_terminals_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from k8stui.cli import unusable

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert unusable({"TERM": "xterm"}) is None
    assert "xterm-256color" in (unusable({"TERM": "dumb"}) or "")
    monkeypatch.setattr(sys, "platform", "win32")
    assert "WSL" in (unusable({"TERM": "xterm"}) or "")


def test_flags_become_settings() -> None:
    arguments = parser().parse_args(
        "--kubeconfig k --context c --cluster cl --user u -n ns --as jane --as-group a --as-group b --as-uid 7"
        " --server https://s --token t0ken --certificate-authority ca --insecure-skip-tls-verify"
        " --request-timeout 1m30s --view nodes --no-mouse".split()
    )
    settings = settings_of(arguments, {"LANG": "C.UTF-8", "TERM": "xterm-256color"})
    assert settings.kubeconfig == Path("k")
    overrides = settings.overrides
    assert (overrides.context, overrides.cluster, overrides.user, overrides.namespace) == ("c", "cl", "u", "ns")
    assert (overrides.impersonate_user, overrides.impersonate_groups, overrides.impersonate_uid) == (
        "jane",
        ("a", "b"),
        "7",
    )
    assert overrides.server == "https://s"
    assert overrides.token == "t0ken"
    assert overrides.insecure_skip_tls_verify is True
    assert settings.timing.request == 90
    assert settings.view == "nodes"
    assert settings.theme == ""
    assert not settings.is_read_only("c")
    assert not settings.mouse
    assert not settings.ascii
    assert "t0ken" not in repr(settings)
    assert "t0ken" not in pretty_repr(settings)


@pytest.mark.parametrize(
    ("text", "value"), [("30", 30.0), ("500ms", 0.5), ("2m", 120.0), ("1h1m1s", 3661.0), ("0", 0.0)]
)
def test_durations_are_read_as_kubectl_reads_them(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize(
    ("environ", "ascii_only"),
    [
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "C.utf8"}, False),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
        ({}, True),
    ],
)
def test_ascii_only_where_the_locale_or_the_terminal_has_no_more(environ: dict[str, str], ascii_only: bool) -> None:
    assert only_ascii(environ) is ascii_only


def test_flags_of_comfort() -> None:
    arguments = parser().parse_args(
        "--read-only --theme light --view certificates.cert-manager.io --log-file l".split()
    )
    settings = settings_of(arguments, {"TERM": "xterm"})
    assert settings.is_read_only("any context")
    assert (settings.theme, settings.view, settings.log_file) == ("light", "certificates.cert-manager.io", Path("l"))
    plain = settings_of(parser().parse_args([]), {"TERM": "xterm"})
    assert (plain.theme, plain.view, plain.log_file, plain.locked) == ("ansi", "", None, ())


@pytest.mark.slow
def test_the_program_heeds_flags_and_configuration(tmp_path: Path) -> None:
    config = tmp_path / "config" / "k8stui"
    config.mkdir(parents=True)
    (config / "config.yaml").write_text("theme: pink\ntimes: utc\nprotected: ['demo']\n")
    log = tmp_path / "k8stui.log"
    with program(tmp_path, "--demo", "--view", "deploy", "--read-only", "--log-file", str(log)) as terminal:
        terminal.wait_for("deployments", 30)
        terminal.wait_for("READ-ONLY")
        terminal.wait_for("live")
        terminal.send("!")
        terminal.wait_for("times +00:00")
        terminal.wait_for("~/config/k8stui/config.yaml, line 1: theme")
        terminal.wait_for("not 'pink'; it is ignored")
        terminal.send("qq")
        assert terminal.wait_end() == 0
    written = log.read_text()
    assert "k8stui.kube" in written
    assert "theme must be dark" in written
    assert "read-only" in written
    with program(tmp_path, "--demo", "--log-file", str(tmp_path)) as terminal:
        terminal.wait_for("deployments", 30)
        terminal.wait_for("PROTECTED")
        terminal.send("!")
        terminal.wait_for("Nothing is logged")
        terminal.send("qq")
        assert terminal.wait_end() == 0
