"""Tokens that were given to ServiceAccounts (TokenRequest): whom each stands for, for what and how long."""

from math import inf

from msgspec import Struct

from k8stui.demo.access.rules import User
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.store import Store

ISSUER = "https://kubernetes.default.svc"
"""Who gives out tokens, and whom they are for when nobody else was named."""
PREFIX = "system:serviceaccount:"
AUTHENTICATED = "system:authenticated"
_CREDENTIAL = "authentication.kubernetes.io/credential-id"


class Account(Struct, frozen=True, kw_only=True):
    """What one token says."""

    namespace: str
    name: str
    uid: str
    expires: float = inf
    """Seconds since the epoch; a token without an end belongs to an account that nobody looks for in the store."""
    audiences: tuple[str, ...] = (ISSUER,)
    credential: str = ""
    """The token's own id."""

    @property
    def user(self) -> User:
        """Who sends it."""
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{self.namespace}", AUTHENTICATED)
        extra = ((_CREDENTIAL, (f"JTI={self.credential}",)),) if self.credential else ()
        return User(f"{PREFIX}{self.namespace}:{self.name}", self.uid, groups, extra)


class Accounts:
    """The tokens by their text."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._given: dict[str, Account] = {}

    def add(self, token: str, account: Account) -> None:
        """From now on it is known."""
        self._given[token] = account

    def drop(self, token: str) -> None:
        """From now on it is not."""
        self._given.pop(token, None)

    def of(self, token: str) -> Account | None:
        """The account of a token that is good: known, in its time, and its ServiceAccount still the same."""
        found = self._given.get(token)
        if found is None or self._lives(found):
            return found
        self.drop(token)
        return None

    def _lives(self, account: Account) -> bool:
        if account.expires == inf:
            return True
        if account.expires <= self._store.clock.now():
            return False
        try:
            there = self._store.get("serviceaccounts", account.name, account.namespace)
        except Refusal:
            return False
        return bool(there["metadata"].get("uid") == account.uid)
