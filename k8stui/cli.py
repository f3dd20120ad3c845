"""The command line: arguments to Settings, Settings to the app; exit codes; one sentence for everything that is wrong.

Exit codes: 0 ended in order; 1 it cannot run here (no terminal, TERM=dumb, Windows) or failed; 2 wrong arguments or a
wrong kubeconfig; 128 + n ended by signal n. Nothing here imports Textual or the client library before it is needed.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.arguments import WrongError, parser, server_parser, settings_of

if TYPE_CHECKING:
    from k8stui.demo.options import DemoOptions


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
        sys.stderr.write(f"k8stui: {wrong}\n")
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
    demo = demo_options(arguments) if arguments.demo else None
    from k8stui.config import load
    from k8stui.launch import run

    return run(settings_of(arguments, os.environ, load(os.environ)), demo)


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
