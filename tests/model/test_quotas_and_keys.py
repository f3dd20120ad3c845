"""Quotas with what is taken of them; config maps and secrets by their keys, never by their values."""

from base64 import b64encode
from typing import Any

import msgspec
import pytest

from k8stui.model.codec import codec
from k8stui.model.columns import Tone
from k8stui.model.keyed_rows import CONFIG_MAP_COLUMNS, SECRET_COLUMNS, Keyed, explain, search_text
from k8stui.model.kinds import CONFIG_MAPS, RESOURCE_QUOTAS, SECRETS
from k8stui.model.quota_row import COLUMNS, Quota, fullest, limits, requests, tone
from k8stui.model.quota_row import explain as explain_quota
from tests.support.decoded import NOW, ago, decoded

META = {"name": "x", "namespace": "shop", "uid": "u", "resourceVersion": "1", "creationTimestamp": ago(60)}


def quota(hard: dict[str, Any], used: dict[str, Any] | None = None) -> Quota:
    found: Quota = decoded(RESOURCE_QUOTAS, {"metadata": META, "status": {"hard": hard, "used": used or {}}})
    return found


def cells(line: Any, columns: Any) -> dict[str, str]:
    return {column.title: column.text(line, NOW) for column in columns}


def test_a_quota_reads_as_kubectl_prints_it() -> None:
    found = quota(
        {"pods": "10", "requests.cpu": "4", "limits.memory": "8Gi", "limits.cpu": "8"},
        {"pods": "3", "requests.cpu": "1500m", "limits.memory": "7Gi"},
    )
    assert requests(found) == "pods: 3/10, requests.cpu: 1500m/4"
    assert limits(found) == "limits.cpu: 0/8, limits.memory: 7Gi/8Gi"
    assert fullest(found) == "█████░  87% limits.memory"
    assert cells(found, COLUMNS)["AGE"] == "60s"


@pytest.mark.parametrize(
    ("hard", "used", "text", "mood", "why"),
    [
        ({"pods": "10"}, {"pods": "5"}, "███░░░  50% pods", Tone.OK, ""),
        ({"pods": "10"}, {"pods": "9"}, "█████░  90% pods", Tone.WARNING, "Nearly used up: pods (9 of 10)."),
        ({"pods": "10"}, {"pods": "10"}, "██████ 100% pods", Tone.BAD, "Used up: pods (10 of 10); what asks for more"),
        ({"pods": "0"}, {}, "—", Tone.OK, ""),
        ({"pods": "0"}, {"pods": "2"}, "██████ 100% pods", Tone.BAD, "Used up: pods (2 of 0)"),
        ({"pods": "odd"}, {"pods": "2"}, "—", Tone.OK, ""),
        ({"pods": 4}, {"pods": 1}, "██░░░░  25% pods", Tone.OK, ""),
        ({}, {}, "—", Tone.OK, ""),
    ],
)
def test_the_fullest_part_tells(hard: Any, used: Any, text: str, mood: Tone, why: str) -> None:
    found = quota(hard, used)
    assert (fullest(found), tone(found, NOW)) == (text, mood)
    assert explain_quota(found).startswith(why)
    assert bool(explain_quota(found)) is bool(why)


def test_the_fullest_quota_comes_first() -> None:
    lines = [quota({}), quota({"pods": "10"}, {"pods": "1"}), quota({"pods": "10"}, {"pods": "9"})]
    order = next(column.order for column in COLUMNS if column.title == "FULLEST")
    assert sorted(lines, key=order) == lines[::-1]


# ---- config maps and secrets


def keyed(kind: Any = SECRETS, **body: Any) -> Keyed:
    found: Keyed = decoded(kind, {"metadata": META, **body})
    return found


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_a_secret_shows_its_type_and_keys_and_how_much_it_holds() -> None:
    found = keyed(type="Opaque", data={"password": encoded("hunter2"), "user": encoded("me")})
    assert cells(found, SECRET_COLUMNS) == {
        "NAMESPACE": "shop",
        "NAME": "x",
        "TYPE": "Opaque",
        "DATA": "2",
        "SIZE": "9",
        "KEYS": "password, user",
        "AGE": "60s",
        "IMMUTABLE": "",
    }
    assert keyed().keys == ()
    assert cells(keyed(), SECRET_COLUMNS)["DATA"] == "0"


@pytest.mark.parametrize("text", ["", "a", "ab", "abc", "abcd", "é" * 5])
def test_the_size_of_a_secret_is_that_of_the_decoded_value(text: str) -> None:
    assert keyed(data={"k": encoded(text)}).size == len(text.encode())


def test_no_value_of_a_secret_is_in_its_row_or_kept_alive_by_it() -> None:
    value = encoded("a very secret value that is long enough to be found")
    body = msgspec.json.encode({"items": [{"metadata": META, "type": "Opaque", "data": {"password": value}}]})
    page = codec(SECRETS).page(body)
    row = page.rows[0]
    assert value not in repr(row)
    assert value not in search_text(row)
    everything = repr(msgspec.structs.asdict(row))
    assert "password" in everything
    assert value not in everything


def test_what_holds_odd_values_is_still_a_secret() -> None:
    found = keyed(data={"a": None, "b": 5, "c": {"d": []}})
    assert found.keys == ("a", "b", "c")
    assert found.size >= 0
    assert keyed(data=None, type=None).type == ""


def test_a_config_map_counts_texts_and_binaries() -> None:
    found = keyed(CONFIG_MAPS, data={"app.yaml": "x" * 2000}, binaryData={"logo": encoded("12345")}, immutable=True)
    shown = cells(found, CONFIG_MAP_COLUMNS)
    assert (shown["DATA"], shown["SIZE"], shown["KEYS"]) == ("2", "1.9Ki", "app.yaml, logo")
    assert explain(found) == "It is immutable: it can only be deleted and made anew."
    assert explain(keyed(CONFIG_MAPS)) == ""
    sizes = [found, keyed(CONFIG_MAPS, data={"a": "b"})]
    for title in ("DATA", "SIZE"):
        order = next(column.order for column in CONFIG_MAP_COLUMNS if column.title == title)
        assert sorted(sizes, key=order) == sizes[::-1]
