"""What a question is about: what was chosen last counts, and what was agreed to is what is sent."""

import asyncio
from collections.abc import Iterable, Sequence

import msgspec

from k8stui.model.document import Want
from k8stui.model.kinds import STATEFUL_SETS, VOLUME_CLAIMS, Kind
from k8stui.model.objects import Object, ObjectRow, row
from k8stui.operations.builders.removing import delete
from k8stui.operations.effects.setting import Ask, Setting
from k8stui.operations.gateway import Verdict
from k8stui.operations.mutation import Mutation
from k8stui.screens.questions.case import Case, Target


def made(kind: Kind, name: str, **rest: object) -> ObjectRow:
    meta = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "resourceVersion": "1"}
    tree = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta, **rest}
    return row(kind, msgspec.json.encode(tree))


class Around:
    """One claim of the StatefulSet."""

    kinds: Sequence[Kind] = ()

    def __init__(self) -> None:
        self._claims = [made(VOLUME_CLAIMS, "data-db-0")]

    async def read(self, asks: Iterable[Ask]) -> bool:
        return bool(list(asks))

    def rows(self, ask: Ask) -> Sequence[ObjectRow]:
        return self._claims if isinstance(ask, Want) and ask.name == "claims" else ()

    def setting(self, mutation: Mutation, obj: Object, asks: Iterable[Ask]) -> Setting:
        return Setting(mutation, obj, {ask.name: [each.tree() for each in self.rows(ask)] for ask in asks})


class Checks:
    """Rights whose answers come when they are let go."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.free = asyncio.Event()

    async def __call__(self, mutation: Mutation) -> Verdict:
        self.asked.set()
        await self.free.wait()
        return Verdict(mutation)


async def case(checks: Checks) -> Case:
    spec = {"selector": {"matchLabels": {"app": "db"}}, "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}
    found = made(STATEFUL_SETS, "db", spec=spec)
    target = Target(("removing.delete", found.ref, {}), {}, found, found.tree(), delete(found))
    made_of = Case([target], Around(), checks, name="test")
    await made_of.look(lambda: None)
    assert made_of.choices is not None
    assert made_of.choices.claims
    return made_of


async def test_claims_that_are_taken_out_again_stay_also_where_their_rights_are_told_late() -> None:
    checks = Checks()
    asked = await case(checks)
    assert asked.choices is not None
    asked.choose(asked.choices.pressed("v"))
    slow = asyncio.create_task(asked.follow())
    await checks.asked.wait()
    asked.choose(asked.choices.pressed("v"))
    await asked.follow()
    checks.free.set()
    await slow
    assert [each.says for each in asked.mutations] == ["delete statefulset shop/db"]


async def test_what_comes_after_the_yes_changes_nothing_of_what_was_agreed_to() -> None:
    checks = Checks()
    asked = await case(checks)
    assert asked.choices is not None
    asked.choose(asked.choices.pressed("v"))
    slow = asyncio.create_task(asked.follow())
    await checks.asked.wait()
    agreed = asked.mutations
    asked.agree()
    checks.free.set()
    await slow
    asked.choose(asked.choices.pressed("c"))
    assert asked.mutations == agreed
    assert list(asked.consents) == [each.request.digest for each in agreed]
