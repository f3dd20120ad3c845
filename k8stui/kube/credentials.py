"""Who we are, at this moment: headers and client certificate of a target, renewed as they run out or are refused."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Final, Generic, NoReturn, TypeVar

from k8stui.clock import Clock
from k8stui.kube import plugin
from k8stui.kube.errors import ApiError, ConfigError, Failure
from k8stui.kube.files import read_text
from k8stui.kube.kubeconfig_user import fit_for_a_header, pem_file
from k8stui.kube.plugin import Granted, Terminal
from k8stui.kube.target import ClientCertificate, CredentialSpec, Pem, Secret, Target
from k8stui.settings import Timing

__all__ = ["Credentials", "Terminal"]

T = TypeVar("T")

FILE_PERIOD: Final = 60.0
"""Seconds after which a token or certificate file is read again, as client-go does with tokens."""
MARGIN: Final = 30.0
"""A credential is renewed so many seconds before it expires, or a tenth of its life where that is less."""
LEAST: Final = 30.0
"""Seconds a credential is used that was expired when it came (a clock goes wrong): not a plugin run a request."""
TERMINAL_PAUSE: Final = 300.0
"""After a login on the terminal failed, that plugin does not get it again for so long: retries go on in the background
and must not take the screen away each time."""


class Credentials:
    """The credentials of one target. All methods may be called by many tasks at once; a plugin runs once for them."""

    def __init__(self, target: Target, timing: Timing, clock: Clock, terminal: Terminal | None = None) -> None:
        """Nothing is read or run yet.

        Args:
            target: whose credentials.
            timing: `plugin` is the limit of one run.
            clock: what expirationTimestamp is compared with.
            terminal: how a plugin that asks for it gets the terminal; None: there is none.
        """
        self._spec: CredentialSpec = target.credentials
        self._timing = timing
        self._clock = clock
        self._terminal = terminal
        self._lock = asyncio.Lock()
        self._granted: Granted | None = None
        self._until: float | None = None
        self._runs = 0
        self._last_error: ApiError | None = None
        self._refused: ApiError | None = None
        self._no_terminal_before = 0.0
        self._token: _Cached[Secret] = _Cached()
        self._pair: _Cached[ClientCertificate] = _Cached()

    def __repr__(self) -> str:
        return f"Credentials(user={self._spec.user!r})"

    async def headers(self) -> dict[str, str]:
        """`Authorization`, or nothing for a certificate or an anonymous user. May run the plugin.

        Raises:
            ApiError: CREDENTIALS: no plugin, no file, no answer, …
        """
        spec = self._spec
        token = await self._file_token() if spec.token_file else spec.token
        if token:
            return {"Authorization": f"Bearer {token.reveal()}"}
        if spec.basic:
            return {"Authorization": "Basic " + b64encode(spec.basic.reveal().encode()).decode()}
        if spec.exec is None:
            return {}
        granted = await self._from_plugin()
        return {"Authorization": f"Bearer {granted.token.reveal()}"} if granted.token else {}

    async def client_certificate(self) -> ClientCertificate | None:
        """The client certificate to show in the TLS handshake, or None. May run the plugin.

        Raises:
            ApiError: CREDENTIALS.
        """
        spec = self._spec
        if spec.exec is not None and not (spec.token or spec.token_file or spec.basic):
            granted = await self._from_plugin()
            if granted.certificate:
                return granted.certificate
        if not spec.certificate or not spec.key:
            return None
        if spec.certificate.path or spec.key.path:
            return await self._file_pair(spec.certificate, spec.key)
        return _pair(spec.certificate, spec.key, spec.user)

    def invalidate(self) -> None:
        """After a 401: the next call runs the plugin and reads files again. What is running is not disturbed."""
        self._granted = None
        self._token.due = 0.0
        self._pair.due = 0.0

    def allow_terminal(self) -> None:
        """The user wants it now (ctrl+r): a login that failed on the terminal may have it again at once."""
        self._no_terminal_before = 0.0

    async def _from_plugin(self) -> Granted:
        """What the plugin gave, or gives now. Whoever waited for a run shares its outcome, good or bad."""
        granted = self._valid()
        if granted is not None:
            return granted
        runs = self._runs
        async with self._lock:
            granted = self._valid()
            if granted is not None:
                return granted
            if self._runs != runs and self._last_error is not None:
                raise self._last_error.with_traceback(None)
            return await self._run()

    def _valid(self) -> Granted | None:
        if self._until is not None and self._clock.now() >= self._until:
            return None
        return self._granted

    async def _run(self) -> Granted:
        """Run it; under the lock."""
        assert self._spec.exec is not None
        self._last_error = None
        lent = _Lent(self._terminal)
        paused = self._refused if time.monotonic() < self._no_terminal_before else None
        try:
            if paused is not None and self._spec.exec.interactive == "Always":
                raise paused.with_traceback(None)
            terminal = lent if self._terminal is not None and paused is None else None
            granted = await plugin.ask(self._spec.exec, self._spec.user, limit=self._timing.plugin, terminal=terminal)
        except ApiError as error:
            self._last_error = error
            if lent.used:
                self._refused, self._no_terminal_before = error, time.monotonic() + TERMINAL_PAUSE
            raise
        finally:
            self._runs += 1
        self._granted, self._until = granted, self._renewal(granted.expires)
        return granted

    def _renewal(self, expires: float | None) -> float | None:
        """When to renew what expires then, in the clock's time."""
        if expires is None:
            return None
        now = self._clock.now()
        life = expires - now
        return expires - min(MARGIN, life / 10) if life > 0 else now + LEAST

    async def _file_token(self) -> Secret:
        """The token of the file, read at most once in FILE_PERIOD; an unreadable file leaves the last one in use."""
        path, cached = self._spec.token_file, self._token
        assert path is not None
        if cached.fresh() is None:
            try:
                text = await asyncio.to_thread(read_text, path, f"The token file of the user {self._spec.user}")
                if not text:
                    raise ConfigError(f"The token file {path} of the user {self._spec.user} is empty")
                fit_for_a_header(text)
                cached.keep(Secret(text))
            except ConfigError as error:
                cached.keep(cached.value or self._spec.token or _raise(error))
        assert cached.value is not None
        return cached.value

    async def _file_pair(self, certificate: Pem, key: Pem) -> ClientCertificate:
        """Certificate and key of the files, read at most once in FILE_PERIOD."""
        cached = self._pair
        if cached.fresh() is None:
            try:
                cached.keep(await asyncio.to_thread(_pair, certificate, key, self._spec.user))
            except ConfigError as error:
                cached.keep(cached.value or _raise(error))
        assert cached.value is not None
        return cached.value


class _Lent:
    """A terminal that knows whether it was given away."""

    def __init__(self, terminal: Terminal | None) -> None:
        self._terminal = terminal
        self.used = False

    async def __call__(self, run: Callable[[], Awaitable[T]]) -> T:
        """As Terminal."""
        assert self._terminal is not None
        self.used = True
        return await self._terminal(run)


class _Cached(Generic[T]):
    """What a file held, and when to look again (monotonic seconds)."""

    def __init__(self) -> None:
        self.value: T | None = None
        self.due = 0.0

    def fresh(self) -> T | None:
        """The value, while it need not be read again."""
        return self.value if time.monotonic() < self.due else None

    def keep(self, value: T) -> None:
        """Use that one for a while."""
        self.value, self.due = value, time.monotonic() + FILE_PERIOD


def _pair(certificate: Pem, key: Pem, user: str) -> ClientCertificate:
    """Both halves, from data or files. Raises ConfigError."""
    return ClientCertificate(
        _pem(certificate, f"The client-certificate of the user {user}"),
        Secret(_pem(key, f"The client-key of the user {user}")),
    )


def _pem(source: Pem, what: str) -> str:
    if source.data is not None:
        return source.data.reveal()
    assert source.path is not None
    return pem_file(source.path, what)


def _raise(error: ConfigError) -> NoReturn:
    raise ApiError(Failure.CREDENTIALS, error.sentence) from None
