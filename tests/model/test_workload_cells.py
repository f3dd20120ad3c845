"""Every cell of the tables of workloads that kubectl has too reads as the server prints it, on the shop's bad day."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from k8stui.model.codec import codec
from k8stui.model.kinds import BUILT_IN
from k8stui.model.workload_columns import BY_KIND
from k8stui.model.workloads import WorkloadLine
from tests.support.around import Living, living
from tests.support.http import TABLE

OURS = {"NAMESPACE", "HEALTH", "RESTARTS", "MANAGED BY", "REVISION"}
"""What kubectl does not print, or prints of every kind (-A)."""


@pytest.fixture
async def shop() -> AsyncIterator[Living]:
    async with living() as world:
        yield world


@pytest.mark.parametrize("view", BY_KIND)
async def test_cells(shop: Living, view: str) -> None:
    kind = BUILT_IN[view]
    body = (await shop.web.get(kind.path())).body
    table = msgspec.json.decode((await shop.web.get(kind.path(), Accept=TABLE)).body)
    titles = [each["name"].upper() for each in table["columnDefinitions"]]
    printed = {
        (each["object"]["metadata"]["namespace"], each["object"]["metadata"]["name"]): {
            title: str(cell) for title, cell in zip(titles, each["cells"], strict=True)
        }
        for each in table["rows"]
    }
    rows = codec(kind).page(body).rows
    assert len(rows) == len(printed) > 0
    columns = {column.title: column for column in BY_KIND[view]}
    assert set(titles) <= set(columns)
    assert set(columns) - set(titles) <= OURS
    wide = {each["name"].upper() for each in table["columnDefinitions"] if each["priority"]}
    assert {title for title in titles if columns[title].wide} == wide
    now = shop.cluster.clock.now()
    for row in rows:
        line = WorkloadLine(row)
        ours = {title: columns[title].text(line, now) for title in titles}
        assert ours == printed[row.ref.namespace, row.ref.name]
