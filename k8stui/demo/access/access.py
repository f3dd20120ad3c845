"""Who asks (a token each) and what they may: RBAC from the store, scripted rules beside it, the server's own words."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from k8stui.demo.access.accounts import AUTHENTICATED, ISSUER, PREFIX, Account, Accounts
from k8stui.demo.access.rbac import Roles
from k8stui.demo.access.rules import MASTERS, Attributes, Rule, User
from k8stui.demo.storage import errors
from k8stui.demo.storage.store import Store

ANONYMOUS = User("system:anonymous", groups=("system:unauthenticated",))


class Access:
    """Tokens and users. What they may is RBAC's to say; tests can add rules and denials; all of it at any time."""

    def __init__(self, store: Store) -> None:
        self._roles = Roles(store)
        self._tokens: dict[str, User] = {}
        self._accounts = Accounts(store)
        self.rules: dict[str, list[Rule]] = {}
        """What users may beside what the store says, by name."""
        self.denials: list[tuple[str, Rule]] = []
        """What a user may not, whatever the rules say: (name or "*", rule)."""

    def add(self, token: str, name: str, *rules: Rule, groups: tuple[str, ...] = ()) -> User:
        """A user with a token."""
        user = User(name, str(len(self._tokens) + 1), (*groups, AUTHENTICATED))
        self._tokens[token] = user
        self.rules[name] = list(rules)
        return user

    def add_account(self, token: str, namespace: str, name: str, uid: str) -> User:
        """A token of a ServiceAccount, without an end, whether or not there is such an object."""
        return self.add_token(token, Account(namespace=namespace, name=name, uid=uid))

    def add_token(self, token: str, account: Account) -> User:
        """A token that was given to a ServiceAccount: it ends at its time, or with the object."""
        self._accounts.add(token, account)
        return account.user

    def revoke(self, token: str) -> None:
        """Requests with this token get 401 from now on."""
        self._tokens.pop(token, None)
        self._accounts.drop(token)

    def deny(self, verb: str, resource: str, *, user: str = "*", namespace: str | None = None) -> None:
        """Forbid one thing, for instance `deny("watch", "pods", user="viewer")`; `*` means any."""
        self.denials.append((user, Rule((verb,), ("*",), (resource,), namespace)))

    def known(self, token: str) -> User | None:
        """The user of a token that opens this server."""
        return self.reviewed(token, ())[0]

    def reviewed(self, token: str, audiences: tuple[str, ...]) -> tuple[User | None, tuple[str, ...]]:
        """The user of a token, and for which of these (none: this server) it is good; None, () when it is not."""
        account = self._accounts.of(token)
        if account is None:
            user = self._tokens.get(token)
            return (user, audiences or (ISSUER,)) if user is not None else (None, ())
        good = tuple(each for each in audiences or (ISSUER,) if each in account.audiences)
        return (account.user, good) if good else (None, ())

    def user(self, headers: Mapping[str, str]) -> User:
        """Who sends these headers, impersonation applied. Raises Refusal: 401, or 403 when they may not impersonate."""
        scheme, _, rest = headers.get("Authorization", "").strip().partition(" ")
        token = rest.partition(" ")[0] if scheme.lower() == "bearer" else ""
        found = self.known(token) if token else ANONYMOUS  # other schemes, and more blanks, say nothing
        if found is None:
            raise errors.Refusal(401, "Unauthorized", "Unauthorized")
        return self._impersonated(found, headers)

    def _impersonated(self, user: User, headers: Mapping[str, str]) -> User:
        if not any(key[:11].lower() == "impersonate" for key in headers):
            return user
        name = headers.get("Impersonate-User", "")
        groups = tuple(value for key, value in headers.items() if key.lower() == "impersonate-group")
        uid, extra = headers.get("Impersonate-Uid", ""), dict(_extra(headers))
        if not name:
            if asked := [*_others(groups, extra, uid)]:
                raise errors.TextRefusal(500, f"requested [{' '.join(asked)}] without impersonating a user")
            return user
        for what in _asked(name, groups, uid, extra):
            self.check(user, what)
        if name.startswith(PREFIX) and name.count(":") == 3 and not groups:
            groups = ("system:serviceaccounts", f"system:serviceaccounts:{name.split(':')[2]}")
        member = () if name == ANONYMOUS.name or AUTHENTICATED in groups else (AUTHENTICATED,)
        return User(name, uid, (*groups, *member), tuple(extra.items()))

    def check(self, user: User, what: Attributes) -> None:
        """Raises Refusal (403) unless the user may."""
        if self.may(user, what) is None:
            raise forbidden(user, what)

    def may(self, user: User, what: Attributes) -> str | None:
        """Why the user may ("" for system:masters), or None when they may not."""
        if any(name in ("*", user.name) and rule.allows(what) for name, rule in self.denials):
            return None
        if MASTERS in user.groups:
            return ""
        return next((rule.binding for rule in self.of(user) if rule.allows(what)), None)

    def of(self, user: User) -> list[Rule]:
        """Every rule that applies to a user."""
        return [*self._roles.of(user), *self.rules.get(user.name, ())]


def forbidden(user: User, what: Attributes) -> errors.Refusal:
    """403: the message names the subresource, the details do not."""
    if what.path:
        message = f'forbidden: User "{user.name}" cannot {what.verb} path "{what.path}"'
        return errors.Refusal(403, "Forbidden", message, {})
    plural = what.resource.partition("/")[0]
    subject = errors.qualified(plural, what.group) + (f' "{what.name}"' if what.name else "")
    scope = f'in the namespace "{what.namespace}"' if what.namespace else "at the cluster scope"
    message = f'{subject} is forbidden: User "{user.name}" cannot {what.verb} resource "{what.resource}" '
    message += f'in API group "{what.group}" {scope}'
    return errors.Refusal(403, "Forbidden", message, errors.details(what.group, plural, what.name))


def _others(groups: tuple[str, ...], extra: Mapping[str, tuple[str, ...]], uid: str) -> Iterator[str]:
    """What beside a user somebody wants to be, as Go prints it."""
    own = "authentication.k8s.io/v1"
    yield from (f"{{Group  {group}    }}" for group in groups)
    yield from (f"{{UserExtra  {value}  {own}  {key}}}" for key, values in extra.items() for value in values)
    if uid:
        yield f"{{UID  {uid}  {own}  }}"


def _asked(name: str, groups: tuple[str, ...], uid: str, extra: Mapping[str, tuple[str, ...]]) -> Iterator[Attributes]:
    """What somebody must be allowed to do who wants to be another."""
    if name.startswith(PREFIX) and name.count(":") == 3:
        namespace, _, account = name.removeprefix(PREFIX).partition(":")
        yield Attributes("impersonate", resource="serviceaccounts", namespace=namespace, name=account)
    else:
        yield Attributes("impersonate", resource="users", name=name)
    for group in groups:
        yield Attributes("impersonate", resource="groups", name=group)
    if uid:
        yield Attributes("impersonate", "authentication.k8s.io", "uids", name=uid)
    for key, values in extra.items():
        for value in values:
            yield Attributes("impersonate", "authentication.k8s.io", f"userextras/{key}", name=value)


def _extra(headers: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    prefix = "impersonate-extra-"
    names = {key.lower().removeprefix(prefix): key for key in headers if key.lower().startswith(prefix)}
    for name, key in names.items():
        yield unquote(name), (headers[key],)
