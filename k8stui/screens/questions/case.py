"""What a question is about: its targets, the changes as they would be sent now, and what is known of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from msgspec import Struct, structs

from k8stui.actions.desk import Change
from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import VOLUME_CLAIMS, Kind
from k8stui.model.objects import Object, ObjectRow
from k8stui.operations.builders.removing import delete
from k8stui.operations.building import UnableError, build
from k8stui.operations.effects import owned as effects_owned
from k8stui.operations.effects import whole as effects
from k8stui.operations.effects.choices import Choices, choices
from k8stui.operations.effects.setting import Ask, Setting
from k8stui.operations.gateway import Consent, Verdict
from k8stui.operations.mutation import Mutation, Risk
from k8stui.screens.questions.proposal import Proposal

SHOWN: Final = 12
"""Targets that are named one by one."""


class Target(Struct):
    """One object with what would be done to it."""

    change: Change
    """As it was asked for: the builder is asked again with these arguments, never with those of the journal."""
    around: Mapping[str, Any]
    """What the builder wanted to know besides."""
    found: ObjectRow
    """The object as it was read."""
    obj: Object
    """The same decoded and clean."""
    mutation: Mutation
    against: Sequence[str] = ()
    """What stands against it, in sentences."""
    doubt: str = ""
    """What could not be found out of the right to do it."""
    meanwhile: Sequence[Line] = ()
    """What somebody else changed since it was asked about before."""
    args: Mapping[str, Any] = {}
    """Arguments chosen or known since."""
    also: Sequence[Mutation] = ()
    """Changes that follow this one where it was done: the claims of a StatefulSet."""

    def rebuild(self, args: Mapping[str, Any]) -> None:
        """Build it again with these arguments over the others. Raises UnableError: nothing is different then."""
        builder, _, given = self.change
        more = {**self.args, **args}
        self.mutation = build(builder, self.found, {**given, **self.around, **more})
        self.args = more


class Around(Protocol):
    """Reads what stands around objects (`surroundings.Surroundings`)."""

    @property
    def kinds(self) -> Sequence[Kind]:
        """All that the server has."""
        ...

    async def read(self, asks: Iterable[Ask]) -> bool:
        """Ask what was not asked yet; whether there was any."""
        ...

    def setting(self, mutation: Mutation, obj: Object, asks: Iterable[Ask]) -> Setting:
        """A change with what was read for it."""
        ...

    def rows(self, ask: Ask) -> Sequence[ObjectRow]:
        """The very objects."""
        ...


class Case(Proposal):
    """Changes of objects. Made for one question and thrown away with it.

    Args:
        targets: at least one.
        surroundings: reads what stands around them.
        check: whether a further change may be sent.
        name: what is typed for several targets: the context's.
        protected: each change wants it typed.
        hidden: uids of targets that a filter hides.
        left_out: sentences on targets that cannot be changed, and why.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        surroundings: Around,
        check: Callable[[Mutation], Awaitable[Verdict]],
        *,
        name: str,
        protected: bool = False,
        hidden: Iterable[str] = (),
        left_out: Sequence[str] = (),
    ) -> None:
        self.targets = targets
        self._surroundings = surroundings
        self._check = check
        self._name = name
        self._protected = protected
        self._hidden = frozenset(hidden)
        self._left_out = left_out
        self._settings: list[Setting] = [Setting(each.mutation, each.obj) for each in targets]
        self._refused: list[str] = []
        self._follows = 0
        self.looking = True
        self.consents: Mapping[str, Consent] = {}
        """What was agreed to, by the digest of the request; empty: nothing yet."""
        builders = {each.change[0] for each in targets}
        kinds = {each.mutation.target.kind for each in targets}
        args = targets[0].change[2]
        self.choices = choices(builders.pop(), kinds, args) if len(builders) == 1 else None

    # What would be sent

    @property
    def mutations(self) -> list[Mutation]:
        """All of them, those that follow another one behind it."""
        return [each for target in self.targets for each in (target.mutation, *target.also)]

    @property
    def risk(self) -> Risk:
        """The gravest."""
        return max(each.risk for each in self.mutations)

    @property
    def typed(self) -> str:
        """What has to be typed to agree; empty: nothing."""
        wanted = (self._protected and self.risk > Risk.SAFE) or any(each.typed for each in self.mutations)
        if not wanted:
            return ""
        return self.targets[0].mutation.target.name if len(self.targets) == 1 else self._name

    @property
    def tried(self) -> list[Mutation]:
        """The first ones; none where nobody needs to see a difference."""
        if all(each.mutation.trivial for each in self.targets):
            return []
        return [each.mutation for each in self.targets[:SHOWN]]

    @property
    def untried(self) -> int:
        """The others."""
        return max(0, len(self.targets) - SHOWN)

    def agree(self) -> None:
        """What comes from now on, late answers among it, changes nothing of what is sent."""
        self.consents = {each.request.digest: Verdict(each).consent() for each in self.mutations}

    def choose(self, wanted: Choices) -> None:
        """Build the changes anew as chosen. Raises UnableError: nothing is different then."""
        if self.consents:
            return
        before = [(each.mutation, each.args) for each in self.targets]
        try:
            for each in self.targets:
                each.rebuild(wanted.args())
        except UnableError:
            for each, (mutation, args) in zip(self.targets, before, strict=True):
                each.mutation, each.args = mutation, args
            raise
        self.choices = wanted
        self._renew()

    async def follow(self) -> None:
        """The claims that go, too, where that is chosen: each a deletion by itself, of the very claim."""
        if self.consents:
            return
        self._follows += 1
        mine, self._refused = self._follows, []
        for target in self.targets:
            target.also = ()
        if self.choices is None or not self.choices.with_claims:
            return
        for target, setting in zip(self.targets, self._settings, strict=True):
            wanted = {tree.uid(claim) for claim in effects_owned.claims(setting)}
            rows = [row for ask in self._asks(setting) for row in self._surroundings.rows(ask)]
            found = [
                delete(row) for row in rows if row.ref.uid in wanted and row.ref.kind.plural == VOLUME_CLAIMS.plural
            ]
            verdicts = await asyncio.gather(*(self._check(each) for each in found))
            if self.consents or mine != self._follows:  # it was agreed to, or chosen otherwise meanwhile
                return
            target.also = [each.mutation for each in verdicts if not each.refused]
            self._refused += [f"{each.mutation.says}: {each.refused}" for each in verdicts if each.refused]

    # What is known

    async def look(self, changed: Callable[[], None]) -> None:
        """Read what stands around the targets; `changed` is called whenever more is known."""
        for _ in range(effects.ROUNDS):
            asks = [ask for each in self._settings for ask in self._asks(each)]
            if not await self._surroundings.read(asks):
                break
            self._renew()
            changed()
        for target, setting in zip(self.targets, self._settings, strict=True):
            better = effects.refined(setting)
            if better and not self.consents:
                target.rebuild(better)
        self.looking = False
        self._renew()
        changed()

    def _asks(self, setting: Setting) -> list[Ask]:
        return effects.wants(setting, self._surroundings.kinds)

    def _renew(self) -> None:
        self._settings = [
            self._surroundings.setting(target.mutation, target.obj, self._asks(before))
            for target, before in zip(self.targets, self._settings, strict=True)
        ]
        if self.choices is not None and any(effects_owned.claims(each) for each in self._settings):
            self.choices = structs.replace(self.choices, claims=True)

    # What is said

    @property
    def question(self) -> str:
        """What is asked, in one line."""
        first = self.targets[0].mutation.says
        if len(self.targets) == 1:
            return f"{first[:1].upper()}{first[1:]}?"
        return f"{self.verb} {len(self.targets)} objects?"

    @property
    def verb(self) -> str:
        """`Delete`."""
        word = self.targets[0].mutation.says.split()[0]
        return f"{word[:1].upper()}{word[1:]}"

    def lines(self) -> list[Line]:
        """What there is to know, as far as it is known."""
        several = len(self.targets) > 1
        found = self._each() if several else self._one()
        found += effects.together(self._settings)
        found += [Line(each, Tone.WARNING) for each in (*self._left_out, *self._refused)]
        if self.looking:
            found.append(Line("looking at what it touches", Tone.MUTED))
        return found if several else [*found, *(Line(each.kubectl, Tone.MUTED) for each in self.mutations)]

    def _one(self) -> list[Line]:
        target, setting = self.targets[0], self._settings[0]
        return [*self._hid(), *_said(target), *self._told(setting)]

    def _each(self) -> list[Line]:
        """Each by name with what it touches; what holds for every one of them is said once."""
        told = [[*_said(target), *self._told(setting)] for target, setting in self._pairs()]
        common = [line for line in told[0] if all(line in lines for lines in told)]
        found = self._hid()
        for (target, _), lines in list(zip(self._pairs(), told, strict=True))[:SHOWN]:
            ref = target.mutation.target
            hidden = " (hidden by the filter)" if ref.uid in self._hidden else ""
            found.append(Line(f"{target.mutation.says}{hidden}"))
            found += [Line(f"  {line.text}", line.tone) for line in lines if line not in common]
            found += [Line(f"  and {also.says}", Tone.BAD) for also in target.also]
        if len(self.targets) > SHOWN:
            found.append(Line(f"and {len(self.targets) - SHOWN} more", Tone.WARNING))
        return [*found, *(Line(f"each: {line.text}", line.tone) for line in common)]

    def _pairs(self) -> list[tuple[Target, Setting]]:
        return list(zip(self.targets, self._settings, strict=True))

    def _told(self, setting: Setting) -> list[Line]:
        return effects.told(setting, with_claims=self.choices is not None and self.choices.with_claims)

    def _hid(self) -> list[Line]:
        number = sum(each.mutation.target.uid in self._hidden for each in self.targets)
        if not number:
            return []
        if len(self.targets) == 1:
            return [Line("the filter hides it", Tone.WARNING)]
        return [
            Line(
                f"{number} of these {len(self.targets)} {'is' if number == 1 else 'are'} hidden by the filter",
                Tone.WARNING,
            )
        ]


def _said(target: Target) -> list[Line]:
    """What stands before the effects: what changed meanwhile, and what stands against it."""
    doubts = [*target.against, *([target.doubt] if target.doubt else [])]
    return [*target.meanwhile, *(Line(each, Tone.WARNING) for each in doubts)]
