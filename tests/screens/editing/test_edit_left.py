"""A text that an earlier run could not send is told at the next start, whichever object it is of."""

from pathlib import Path

from msgspec import structs

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import CONFIG_MAPS
from k8stui.operations.drafts import About, Draft
from tests.support.clock import ManualClock
from tests.support.house import SHORT, messages, running, settled
from tests.support.waiting import eventually


def kept(directory: Path, name: str) -> Draft:
    about = About(context="west", at=1_000.0, kind=CONFIG_MAPS, namespace="shop", name=name, original="a: 1")
    return Draft.begin(directory, about)


async def test_a_text_that_was_not_sent_is_told_at_the_start(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    kept(tmp_path, "web").leave()
    worked_on = kept(tmp_path, "db")
    timing = structs.replace(SHORT, toast=60.0)
    async with running(cluster, clock, size=(120, 30), timing=timing, state=tmp_path, toasts=True) as (app, _):
        await settled(app, cluster)
        said = "Not sent yet: configmap shop/web (west); e on the object goes on with its text"
        await eventually(lambda: said in messages(app))
        assert [each.message for each in app._notifications] == [said]
    worked_on.end()
