"""Exec credential plugins: client.authentication.k8s.io/v1 and v1beta1.

A plugin's stdout is never shown or logged; its stderr is, cleaned.
"""

import re
from collections.abc import Awaitable, Callable
from json import JSONDecodeError, dumps, loads
from typing import Any, Final, Protocol, TypeVar

from msgspec import Struct

from k8stui.kube import plugin_process
from k8stui.kube.errors import ApiError, ConfigError, Failure, one_line
from k8stui.kube.kubeconfig_user import VERSIONS, fit_for_a_header
from k8stui.kube.plugin_process import Ended
from k8stui.kube.target import ClientCertificate, Exec, Secret
from k8stui.model.duration import stamp
from k8stui.model.text import clean, clean_bytes

T = TypeVar("T")

PATIENCE: Final = 3.0
"""A plugin that writes to stderr and then goes on for so long seems to wait for a person (a device login)."""
PERSON: Final = 5
"""With the terminal it may take so many times longer: a person types, looks for a phone, logs in elsewhere."""
_STDERR: Final = 300
_TOKENS = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]+)+|k8s-aws-v1\.[\w-]+|(?i:bearer)\s+\S+|(\"?token\"?\s*[:=]\s*)\S+", re.I)


class Terminal(Protocol):
    """Hands the terminal over to a child process.

    While `run` runs, nothing of ours may be drawn or read, and a SIGINT must end only the child: have a handler that
    does nothing (an ignored signal would be inherited as ignored).
    """

    async def __call__(self, run: Callable[[], Awaitable[T]]) -> T:
        """Suspend the screen, await `run()`, restore the screen, and return or raise what `run` did."""
        ...


class Granted(Struct, frozen=True):
    """What a plugin gave: a token, a client certificate, or both."""

    token: Secret | None = None
    certificate: ClientCertificate | None = None
    expires: float | None = None
    """Epoch seconds; None: it holds until the server refuses it."""


async def ask(spec: Exec, user: str, *, limit: float, terminal: Terminal | None) -> Granted:
    """Run the plugin.

    One that would like a terminal (`IfAvailable`, what v1beta1 means where nothing is said) first runs without, since
    nearly all of them then have no question; it gets the terminal when that fails or it seems to wait for a person.

    Args:
        spec: what to run.
        user: the kubeconfig's name of the user, for sentences.
        limit: seconds it may take (`PERSON` times longer with the terminal).
        terminal: how to hand it over; None: there is none.

    Raises:
        ApiError: CREDENTIALS, with what went wrong.
    """
    asked = _Asked(spec, user, limit)
    if spec.interactive == "Always":
        if terminal is None:
            raise asked.error("wants a terminal, and there is none", "Log in outside k8stui first, then try again")
        return asked.granted(await terminal(lambda: asked.run(terminal=True)))
    if spec.interactive == "Never" or terminal is None:
        return asked.granted(await asked.run(terminal=False))
    try:
        return asked.granted(await asked.run(terminal=False, patience=min(PATIENCE, limit / 2)))
    except _Unanswered:
        return asked.granted(await terminal(lambda: asked.run(terminal=True)))


class _Unanswered(ApiError):
    """The plugin ran and gave no credential: with a person at its terminal it might."""


class _Asked:
    """One question to a plugin."""

    def __init__(self, spec: Exec, user: str, limit: float) -> None:
        self._spec = spec
        self._limit = limit
        self._name = f"The credential plugin {clean(spec.command, 256)} of the user {user}"

    def error(self, says: str, hint: str = "", kind: type[ApiError] = ApiError) -> ApiError:
        """`The credential plugin aws of the user dev <says>`."""
        return kind(Failure.CREDENTIALS, f"{self._name} {says}", hint=hint)

    async def run(self, *, terminal: bool, patience: float | None = None) -> Ended:
        """Run it once. Raises ApiError where it cannot be started."""
        environ = {name: value.reveal() for name, value in self._spec.env.items()}
        environ["KUBERNETES_EXEC_INFO"] = self._info(terminal)
        argv = (self._spec.command, *self._spec.args)
        limit = self._limit * PERSON if terminal else self._limit
        try:
            return await plugin_process.run(argv, environ, limit=limit, terminal=terminal, patience=patience)
        except FileNotFoundError:
            if plugin_process.found(self._spec.command, environ):
                raise self.error("cannot be started: the interpreter in its first line is not there") from None
            hint = self._spec.install_hint or "Install it, or put its directory into PATH"
            raise self.error("is not there", hint) from None
        except PermissionError:
            raise self.error("may not be executed", "Check its mode (chmod +x)") from None
        except (OSError, ValueError) as bad:
            why = getattr(bad, "strerror", None) or "its arguments or environment hold a NUL"
            raise self.error(f"cannot be started: {why}") from None

    def granted(self, ended: Ended) -> Granted:
        """What it gave. Raises ApiError where that is no credential."""
        if ended.why or ended.code != 0:
            raise self._failed(ended)
        try:
            return self._parsed(loads(ended.stdout))
        except (JSONDecodeError, UnicodeDecodeError, RecursionError):
            raise self.error("did not answer with an ExecCredential (no JSON)") from None

    def _info(self, terminal: bool) -> str:
        spec: dict[str, Any] = {"interactive": terminal}
        if self._spec.cluster is not None:
            spec["cluster"] = dict(self._spec.cluster)
        return dumps({"kind": "ExecCredential", "apiVersion": self._spec.api_version, "spec": spec})

    def _failed(self, ended: Ended) -> ApiError:
        stderr = said(ended.stderr)
        tail = f": {stderr}" if stderr else ""
        if ended.why == "output":
            return self.error("wrote more than any credential is long")
        if ended.why == "waits":
            return self.error(f"waits for a person{tail}", "Log in outside k8stui first, then try again", _Unanswered)
        if ended.why == "time":
            return self.error(f"did not answer within {self._limit:g} s{tail}", self._hint(), _Unanswered)
        if ended.code is not None and ended.code < 0:
            return self.error(f"was ended by signal {-ended.code}{tail}", self._hint(), _Unanswered)
        return self.error(f"failed with exit code {ended.code}{tail}", self._hint(), _Unanswered)

    def _hint(self) -> str:
        return "Run it by hand to see what it wants, or log in again"

    def _parsed(self, answer: object) -> Granted:
        if not isinstance(answer, dict) or answer.get("kind") != "ExecCredential":
            raise self.error("did not answer with an ExecCredential")
        version = answer.get("apiVersion")
        if version != self._spec.api_version:
            named = version if version in (*VERSIONS, f"{VERSIONS[0]}alpha1") else "another apiVersion"
            raise self.error(
                f"answered in {named}, but its exec section says {self._spec.api_version}",
                "Make both the same: update the plugin, or write its kubeconfig anew",
            )
        status = answer.get("status")
        if not isinstance(status, dict):
            raise self.error("answered without a status")
        names = ("token", "clientCertificateData", "clientKeyData", "expirationTimestamp")
        if any(not isinstance(status.get(name), str | None) for name in names):
            raise self.error("answered with an ExecCredential whose status holds something else than texts")
        token, chain, key, until = (status.get(name) or "" for name in names)
        return Granted(self._token(token.strip()), self._certificate(chain, key, token), self._expiry(until))

    def _token(self, token: str) -> Secret | None:
        try:
            fit_for_a_header(token)
        except ConfigError:
            raise self.error("answered with a token that no header can carry (white space in it)") from None
        return Secret(token) if token else None

    def _certificate(self, chain: str, key: str, token: str) -> ClientCertificate | None:
        if bool(chain) != bool(key):
            raise self.error("answered with half a client certificate: certificate and key go together")
        if not chain and not token:
            raise self.error("answered with neither a token nor a client certificate")
        if chain and not ("-----BEGIN " in chain and "-----BEGIN " in key):
            raise self.error("answered with a client certificate that is not PEM")
        return ClientCertificate(chain, Secret(key)) if chain else None

    def _expiry(self, text: str) -> float | None:
        expires = stamp(text)
        if text and expires is None:
            raise self.error("answered with an expirationTimestamp that is no RFC 3339 time")
        return expires


def said(stderr: bytes) -> str:
    """A plugin's stderr for one line of a sentence: its end, cleaned, without what looks like a token."""
    text = clean_bytes(_without_ansi(stderr), 8192)
    line = one_line(_TOKENS.sub(lambda match: f"{match[1] or ''}***", text), 8192)
    return line if len(line) <= _STDERR else "…" + line[-_STDERR:]


def _without_ansi(raw: bytes) -> bytes:
    """Without colour and other terminal sequences, whose printable rest would stand in the sentence."""
    return re.sub(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])", b"", raw)
