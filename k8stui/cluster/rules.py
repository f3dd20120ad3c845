"""What the rules of a namespace allow (SelfSubjectRulesReview), judged as RBAC judges them. Pure."""

from msgspec import Struct

from k8stui.cluster.asks import Ask
from k8stui.model.text import clean

ANY = "*"


class Rule(Struct, frozen=True):
    """One resource rule of a review."""

    verbs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Only these objects; empty: all."""

    def judge(self, ask: Ask) -> bool | None:
        """True: allows it; False: has nothing to say of it; None: only the server can tell.

        The rules of RBAC's `RuleAllows`; `pods/*`, which means nothing to RBAC, may mean something to others.
        """
        if not (_in(self.verbs, ask.verb) and _in(self.groups, ask.group)):
            return False
        if self.names and ask.name not in self.names:
            return False
        if _in(self.resources, ask.resource):
            return True
        if not ask.subresource:
            return False
        if f"{ANY}/{ask.subresource}" in self.resources:
            return True
        return None if f"{ask.plural}/{ANY}" in self.resources else False


class Rules(Struct, frozen=True):
    """All rules of one namespace, those of the whole cluster among them."""

    rules: tuple[Rule, ...] = ()
    why: str = ""
    """Why there may be more than these, one line; empty: this is all."""

    def judge(self, ask: Ask) -> bool | None:
        """Whether it is allowed in this namespace; None: only an access review can tell."""
        unclear = bool(self.why)
        for rule in self.rules:
            verdict = rule.judge(ask)
            if verdict:
                return True
            unclear = unclear or verdict is None
        return None if unclear else False


class _Granted(Struct):
    verbs: tuple[str, ...] | None = None
    apiGroups: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    resourceNames: tuple[str, ...] | None = None


class RulesStatus(Struct):
    """The status of a SelfSubjectRulesReview, as far as it is read."""

    resourceRules: tuple[_Granted, ...] | None = None
    incomplete: bool | None = None
    evaluationError: str | None = None

    def rules(self) -> Rules:
        """What it comes down to; without a list of rules or with an error it is never the whole."""
        why = clean(self.evaluationError or "", 256)
        if not why and (self.incomplete or self.incomplete is None or self.resourceRules is None):
            why = "the server cannot list all rules"
        found = (
            Rule(each.verbs or (), each.apiGroups or (), each.resources or (), each.resourceNames or ())
            for each in self.resourceRules or ()
        )
        return Rules(tuple(dict.fromkeys(found)), why)


def _in(allowed: tuple[str, ...], value: str) -> bool:
    return ANY in allowed or value in allowed
