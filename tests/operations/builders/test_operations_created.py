"""What the gateway says of changes that make objects, and of an apply that conflicts: nothing is called replaced."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from k8stui.cluster.verdicts import Yes
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import CONFIG_MAPS, CRON_JOBS, Kind
from k8stui.operations.builders.applying import absent, apply, documents, target
from k8stui.operations.builders.suspending import trigger
from k8stui.operations.gateway import Gateway
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Outcome, Result
from tests.support import acting, manifests, wire
from tests.support.http import http


class Everything:
    """Rights to everything."""

    async def may(self, verb: str, kind: Kind, namespace: str | None, name: str = "", subresource: str = "") -> Any:
        return Yes()


class Nowhere:
    """Keeps nothing."""

    def intend(self, mutation: Mutation) -> int:
        return 1

    def outcome(self, entry: int, outcome: Outcome) -> None:
        pass


@asynccontextmanager
async def door(cluster: EmbeddedCluster) -> AsyncIterator[Gateway]:
    async with wire.connected(wire.target(cluster.url, cluster.token)) as connection:
        access: Any = Everything()
        yield Gateway(connection, access, Nowhere())


async def applied(gateway: Gateway, mutation: Mutation) -> Outcome:
    verdict = await gateway.check(mutation)
    return await gateway.apply(mutation, verdict.consent())


async def test_a_name_that_is_taken_is_no_replacement(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client, door(cluster) as gateway:
        await client.ask("POST", CRON_JOBS.path("default"), manifests.cronjob("nightly", "job:1"))
        mutation = trigger(await acting.read(client, CRON_JOBS, "nightly"), suffix="abc")
        assert (await applied(gateway, mutation)).result is Result.DONE
        again = await applied(gateway, mutation)
        assert again.result is Result.REFUSED
        assert again.says.startswith("Already there:")
        assert again.says.endswith("Nothing was created.")


async def test_a_conflict_of_an_apply_names_who_owns_the_field(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client, door(cluster) as gateway:
        [document] = documents("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '1'}")
        ref = target(document, CONFIG_MAPS, "default")
        assert (await applied(gateway, apply(absent(ref), document=document.tree))).done
        await client.patch(ref.path + "?fieldManager=somebody", {"data": {"a": "2"}}, "merge")
        row = await acting.read(client, CONFIG_MAPS, "c")
        outcome = await applied(gateway, apply(row, document=document.tree))
        assert outcome.result is Result.CONFLICT
        assert 'conflict with "somebody"' in outcome.says
        assert ".data.a" in outcome.says
        assert outcome.says.endswith("Nothing was changed.")
        await client.ask("DELETE", ref.path)
        gone = await applied(gateway, apply(row, document=document.tree))
        assert (gone.result, gone.says) == (Result.GONE, "configmap default/c is gone: nothing was changed")
        assert (await client.get(ref.path)).status == 404
