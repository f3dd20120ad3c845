"""The words of the command line: what they may be, and the Settings that they and the configuration file make."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec.structs import replace

from k8stui import __version__
from k8stui.settings import THEMES, Overrides, Settings, Timing

if TYPE_CHECKING:
    from k8stui.config import Configuration


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


def seconds(text: str) -> float:
    """A timeout as kubectl takes it: `30`, `30s`, `2m`, `1m30s`, `500ms`; 0 means none. Raises ArgumentTypeError."""
    from k8stui.model.duration import seconds as read

    try:
        return read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


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
    main.add_argument("--view", metavar="KIND", help="what to open first, by any name (default: where you left)")
    main.add_argument("--read-only", action="store_true", help="nothing can be changed in any context")
    main.add_argument("--theme", choices=THEMES, help="default: the one that fits the terminal")
    main.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    main.add_argument("--log-file", type=Path, metavar="FILE", help="write what goes on to this file, without secrets")
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


def settings_of(
    arguments: argparse.Namespace,
    environ: Mapping[str, str] | os._Environ[str],
    configuration: "Configuration | None" = None,
) -> Settings:
    """The parsed arguments as Settings, on top of what the configuration file says."""
    said: dict[str, Any] = dict(configuration.values) if configuration is not None else {}
    timing = Timing(linger=said.pop("linger", Timing().linger))
    timeout = arguments.request_timeout
    if timeout is None:
        timeout = said.get("request_timeout")
    flags = {
        "view": arguments.view,
        "theme": arguments.theme,
        "log_file": arguments.log_file,
        "mouse": False if arguments.no_mouse else None,
        "locked": ("*",) if arguments.read_only else None,
    }
    said |= {name: value for name, value in flags.items() if value is not None}
    if arguments.view:
        said["contexts"] = tuple(replace(each, view=None) for each in said.get("contexts", ()))
    fixed: dict[str, Any] = {
        "kubeconfig": arguments.kubeconfig,
        "overrides": _overrides(arguments),
        "all_namespaces": arguments.all_namespaces,
        "request_timeout": timeout or None,
        "theme": said.get("theme") or ("ansi" if few_colours(environ) else ""),
        "notices": configuration.notices if configuration is not None else (),
        "ascii": only_ascii(environ),
        "timing": replace(timing, request=timeout) if timeout else timing,
    }
    return Settings(**said | fixed)


def _overrides(arguments: argparse.Namespace) -> Overrides:
    return Overrides(
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
    )


def only_ascii(environ: Mapping[str, str] | os._Environ[str]) -> bool:
    """Whether the locale is not UTF-8 or the terminal is the Linux console, whose font has no more."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return environ.get("TERM") == "linux" or "utf" not in locale.lower().replace("-", "")


def few_colours(environ: Mapping[str, str] | os._Environ[str]) -> bool:
    """Whether the terminal has 16 colours or fewer, as far as its variables tell (by Rich's rules)."""
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    return environ.get("TERM", "").strip().lower().rpartition("-")[2] not in ("256color", "kitty")
