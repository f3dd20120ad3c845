"""The command line: arguments to Settings, Settings to the app; exit codes; one sentence for everything that is wrong.

Exit codes: 0 ended in order; 1 it cannot run here (no terminal, TERM=dumb, Windows) or failed; 2 wrong arguments or a
wrong kubeconfig; 128 + n ended by signal n. Nothing here imports Textual or the client library before it is needed.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from k8stui import __version__
from k8stui.settings import Overrides, Settings, Timing

if TYPE_CHECKING:
    from k8stui.demo.options import DemoOptions
    from k8stui.kube.kubeconfig import Kubeconfig

VIEWS = ("nodes", "pods")


class WrongError(Exception):
    """Why the program cannot start: one sentence and the exit code."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code


class Parser(argparse.ArgumentParser):
    """argparse that answers a mistake with one sentence."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to look. Raises WrongError."""
        sentence = message.removeprefix("argument ")
        raise WrongError(f"{sentence}; see '{self.prog} --help'")


def complain(sentence: str) -> None:
    """One line on stderr."""
    sys.stderr.write(f"k8stui: {sentence}\n")


def seconds(text: str) -> float:
    """A timeout as kubectl takes it: `30`, `30s`, `2m`, `1m30s`, `500ms`; 0 means none. Raises ArgumentTypeError."""
    import re

    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    if not re.fullmatch(r"(\d+(\.\d+)?(h|ms|m|s))+", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no duration: write it like 30s, 2m or 1m30s")
    return sum(float(number) * units[unit] for number, _, unit in re.findall(r"(\d+(\.\d+)?)(h|ms|m|s)", text))


def count(text: str) -> int:
    """A whole number, 0 or more. Raises ArgumentTypeError."""
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number, 0 or more")
    return int(text)


def _add_kubeconfig(parser: Parser) -> None:
    group = parser.add_argument_group("cluster (as kubectl's)")
    group.add_argument("--kubeconfig", type=Path, metavar="FILE", help="default: $KUBECONFIG, then ~/.kube/config")
    group.add_argument("--context", metavar="NAME", help="which context of the kubeconfig")
    group.add_argument("--cluster", metavar="NAME", help="use this cluster entry")
    group.add_argument("--user", metavar="NAME", help="use this user entry")
    group.add_argument("-n", "--namespace", metavar="NAME", help="start in this namespace")
    group.add_argument("-A", "--all-namespaces", action="store_true", help="start in all namespaces")
    group.add_argument("--as", dest="impersonate_user", metavar="USER", help="impersonate this user")
    group.add_argument("--as-group", dest="impersonate_groups", metavar="GROUP", action="append", default=[])
    group.add_argument("--as-uid", dest="impersonate_uid", metavar="UID")
    group.add_argument("--server", metavar="URL", help="address of the API server")
    group.add_argument("--token", metavar="TOKEN", help="bearer token")
    group.add_argument("--certificate-authority", type=Path, metavar="FILE")
    group.add_argument("--insecure-skip-tls-verify", action="store_true", default=None)
    group.add_argument("--request-timeout", type=seconds, metavar="TIME", help="one request, for example 30s")


def _add_load(parser: Parser) -> None:
    group = parser.add_argument_group("embedded cluster")
    group.add_argument(
        "--scenario", default="shop", metavar="NAME", help="shop (an incident; default), quiet (all well) or empty"
    )
    group.add_argument("--pods", type=count, default=0, metavar="N", help="add N pods, for load")
    group.add_argument("--nodes", type=count, default=0, metavar="N", help="spread them over N nodes (default N/100)")
    group.add_argument("--churn", type=count, default=0, metavar="N", help="N changes a second")
    group.add_argument("--seed", type=count, default=1, metavar="N", help="another seed, other names and times")
    group.add_argument("--speed", type=float, default=1.0, metavar="X", help="how fast the scenario runs")


def parser() -> Parser:
    """The arguments of `k8stui`."""
    main = Parser(
        prog="k8stui",
        description="A terminal UI for live Kubernetes operations. "
        "Without arguments it opens the current context of the kubeconfig; --demo needs no cluster at all.",
        epilog="k8stui demo-server --port P --kubeconfig FILE serves the embedded cluster to any client.",
        allow_abbrev=False,
    )
    main.add_argument("--version", action="version", version=f"k8stui {__version__}")
    main.add_argument("--demo", action="store_true", help="open an embedded cluster instead of a real one")
    main.add_argument("--view", choices=VIEWS, default="pods", help="what to open first (default: pods)")
    main.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    _add_kubeconfig(main)
    _add_load(main)
    return main


def server_parser() -> Parser:
    """The arguments of `k8stui demo-server`."""
    server = Parser(
        prog="k8stui demo-server",
        description="Serve the embedded cluster on loopback and write a kubeconfig for it.",
        allow_abbrev=False,
    )
    server.add_argument("--port", type=count, default=0, metavar="P", help="default: any free one")
    server.add_argument("--kubeconfig", type=Path, required=True, metavar="FILE", help="written, with the token (0600)")
    _add_load(server)
    return server


def settings_of(arguments: argparse.Namespace, environ: os._Environ[str] | dict[str, str]) -> Settings:
    """The parsed arguments as Settings."""
    timeout = arguments.request_timeout
    return Settings(
        kubeconfig=arguments.kubeconfig,
        overrides=Overrides(
            context=arguments.context,
            cluster=arguments.cluster,
            user=arguments.user,
            namespace=arguments.namespace,
            server=arguments.server,
            token=arguments.token,
            certificate_authority=arguments.certificate_authority,
            insecure_skip_tls_verify=arguments.insecure_skip_tls_verify,
            impersonate_user=arguments.impersonate_user,
            impersonate_groups=tuple(arguments.impersonate_groups),
            impersonate_uid=arguments.impersonate_uid,
        ),
        all_namespaces=arguments.all_namespaces,
        request_timeout=timeout or None,
        view=arguments.view,
        mouse=not arguments.no_mouse,
        ascii=only_ascii(environ),
        timing=Timing(request=timeout) if timeout else Timing(),
    )


def only_ascii(environ: os._Environ[str] | dict[str, str]) -> bool:
    """Whether the locale is not UTF-8 or the terminal is the Linux console, whose font has no more."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return environ.get("TERM") == "linux" or "utf" not in locale.lower().replace("-", "")


def unusable(environ: os._Environ[str] | dict[str, str]) -> str | None:
    """Why the program cannot run here, in one sentence; None when it can."""
    if sys.platform == "win32":
        return "Windows is not supported: run it in WSL or on a Linux or macOS host"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return "it needs a terminal on standard input and standard error: start it without pipes (over ssh: ssh -t)"
    if environ.get("TERM", "") == "dumb":
        return (
            "TERM is 'dumb', which cannot move a cursor: set TERM to your terminal's name, for example xterm-256color"
        )
    return None


def main(argv: Sequence[str] | None = None, *, entered: bool = False) -> int:
    """Run the program and return its exit code.

    Args:
        argv: the words of the command line; None: the process's own.
        entered: the alternate screen was already taken, for the first text.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _main(words)
    except WrongError as wrong:
        if entered:
            sys.stderr.write("\x1b[?1049l")
        complain(str(wrong))
        return wrong.code


def _main(words: list[str]) -> int:
    if words[:1] == ["demo-server"]:
        return serve(server_parser().parse_args(words[1:]))
    arguments = parser().parse_args(words)
    if arguments.all_namespaces and arguments.namespace:
        raise WrongError("-A and --namespace exclude each other: give one of them; see 'k8stui --help'")
    reason = unusable(os.environ)
    if reason is not None:
        raise WrongError(reason, 1)
    return run(settings_of(arguments, os.environ), demo_options(arguments) if arguments.demo else None)


def demo_options(arguments: argparse.Namespace) -> "DemoOptions":
    """The options of the embedded cluster. Raises WrongError."""
    from k8stui.demo.options import DemoOptions

    try:
        return DemoOptions(
            scenario=arguments.scenario,
            pods=arguments.pods,
            nodes=arguments.nodes,
            churn=arguments.churn,
            seed=arguments.seed,
            speed=arguments.speed,
            port=getattr(arguments, "port", 0),
            kubeconfig=getattr(arguments, "kubeconfig", None),
        )
    except ValueError as error:
        raise WrongError(str(error)) from None


def serve(arguments: argparse.Namespace) -> int:
    """`k8stui demo-server`."""
    options = demo_options(arguments)
    from k8stui.demo.command import serve as serve_demo

    return serve_demo(options)


def first_line(settings: Settings) -> str:
    """What is on the screen while Python is still loading Textual."""
    return "\r\n  k8stui " + __version__ + (" ..." if settings.ascii else " …")


class FileContexts:
    """The contexts of the kubeconfig."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __call__(self) -> "Kubeconfig":
        """Read it, beside the loop. Raises ConfigError."""
        import asyncio

        return await asyncio.to_thread(self._load)

    def _load(self) -> "Kubeconfig":
        from k8stui.kube.kubeconfig import load

        return load(self._settings, os.environ)


class DemoContexts:
    """The contexts of the embedded cluster, which is started at once and ends with us."""

    def __init__(self, settings: Settings, options: "DemoOptions") -> None:
        from k8stui.demo.process import DemoProcess

        self._settings = settings
        self._options = options
        self._process = DemoProcess()
        self.tell: Callable[[str], None] = lambda _sentence: None
        """Called when the embedded cluster has ended by itself."""

    def spawn(self) -> "DemoContexts":
        """Start it now: it loads while we do. Raises ConfigError."""
        from k8stui.demo.process import DemoError
        from k8stui.kube.errors import ConfigError

        try:
            self._process.spawn(self._options)
        except DemoError as error:
            raise ConfigError(str(error)) from None
        return self

    async def __call__(self) -> "Kubeconfig":
        """Wait until it serves. Raises ConfigError."""
        import asyncio

        from k8stui.demo.process import DemoError
        from k8stui.kube.errors import ConfigError
        from k8stui.kube.kubeconfig import from_config

        try:
            config = await self._process.start(self._options)
        except DemoError as error:
            raise ConfigError(str(error)) from None
        self._watcher = asyncio.create_task(self._watch())
        return from_config(config, self._settings, os.environ)

    async def _watch(self) -> None:
        self.tell(await self._process.ended())


def _contexts(settings: Settings, demo: "DemoOptions | None") -> FileContexts | DemoContexts:
    return FileContexts(settings) if demo is None else DemoContexts(settings, demo).spawn()


def run(settings: Settings, demo: "DemoOptions | None") -> int:
    """Open the terminal, then load and run the app; whatever happens the terminal is given back."""
    from k8stui.display.restore import Terminal, end_on_signals, quiet_python
    from k8stui.kube.errors import ConfigError

    terminal = Terminal(sys.stderr.fileno())
    terminal.enter(first_line(settings))
    end_on_signals(terminal)
    try:
        contexts = _contexts(settings, demo)

        from k8stui.app import make_app
        from k8stui.clock import WallClock

        app = make_app(settings, clock=WallClock(), contexts=contexts, terminal=terminal)
        if isinstance(contexts, DemoContexts):
            contexts.tell = app.warn
        quiet_python(app.late_word)
        app.run(mouse=settings.mouse)
        terminal.left()
        return app.return_code or 0
    except ConfigError as error:
        terminal.restore()
        complain(error.sentence)
        return 1
    except Exception as error:
        terminal.restore()
        complain(_mistake(error, settings))
        return 1
    finally:
        terminal.restore()


def _mistake(error: Exception, settings: Settings) -> str:
    """What went wrong while loading; the app has its own way. Writes the report."""
    from k8stui.clock import WallClock
    from k8stui.crash import apology, state_directory, write_report

    return apology(error, write_report(error, settings.state or state_directory(os.environ), WallClock().now()))
