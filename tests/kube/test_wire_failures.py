"""Every failure that HTTP can tell, as the one error type with words for the screen."""

import asyncio
import socket

import pytest
from aiohttp import web

from k8stui.kube.answers import Asked, refusal
from k8stui.kube.errors import Failure
from k8stui.settings import Timing
from tests.support.exchanges import answered, fails
from tests.support.wire import (
    Raw,
    answer,
    raw,
    request_head,
    serving,
)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


# HTTP statuses, as a real server words them


@pytest.mark.parametrize(
    ("status", "reason", "failure"),
    [
        (400, "BadRequest", Failure.INVALID),
        (401, "Unauthorized", Failure.UNAUTHORIZED),
        (403, "Forbidden", Failure.FORBIDDEN),
        (404, "NotFound", Failure.NOT_FOUND),
        (405, "MethodNotAllowed", Failure.OTHER),
        (406, "NotAcceptable", Failure.OTHER),
        (409, "Conflict", Failure.CONFLICT),
        (409, "AlreadyExists", Failure.CONFLICT),
        (410, "Expired", Failure.GONE),
        (413, "RequestEntityTooLarge", Failure.INVALID),
        (415, "UnsupportedMediaType", Failure.INVALID),
        (422, "Invalid", Failure.INVALID),
        (429, "TooManyRequests", Failure.THROTTLED),
        (500, "InternalError", Failure.SERVER),
        (500, "ServerTimeout", Failure.TIMEOUT),
        (503, "ServiceUnavailable", Failure.SERVER),
        (504, "Timeout", Failure.TIMEOUT),
    ],
)
async def test_every_status_with_a_status_object(status: int, reason: str, failure: Failure) -> None:
    body = f'{{"kind":"Status","message":"what it says","reason":"{reason}","code":{status}}}'
    error = await answered(body.encode(), status, Content_Type="application/json")
    assert (error.failure, error.status, error.reason) == (failure, status, reason)
    assert "what it says" in error.sentence


async def test_a_403_says_who_may_not_do_what_where() -> None:
    body = (
        b'{"kind":"Status","message":"deployments.apps \\"web\\" is forbidden: User \\"viewer\\" cannot patch resource '
        b'\\"deployments/scale\\" in API group \\"apps\\" in the namespace \\"shop\\"","reason":"Forbidden","code":403}'
    )
    error = await answered(body, 403)
    assert "viewer" in error.message
    assert "may not patch deployments.apps/scale in the namespace shop" in error.message


async def test_a_403_of_a_quota_keeps_its_reason() -> None:
    body = (
        b'{"kind":"Status","message":"pods \\"over\\" is forbidden: exceeded quota: q","reason":"Forbidden","code":403}'
    )
    error = await answered(body, 403)
    assert "exceeded quota: q" in error.message
    assert "role" not in error.hint


async def test_a_422_names_its_causes() -> None:
    body = (
        b'{"kind":"Status","message":"Node \\"n\\" is invalid","reason":"Invalid","code":422,"details":{"causes":['
        b'{"reason":"FieldValueInvalid","message":"Invalid value: \\"a b\\"","field":"spec.taints[0].key"},'
        b'{"reason":"FieldValueRequired","message":"Required value","field":"[]"}]}}'
    )
    error = await answered(body, 422)
    assert error.causes == ('spec.taints[0].key: Invalid value: "a b"', "Required value")
    assert "spec.taints[0].key" in error.sentence


async def test_the_seconds_to_wait() -> None:
    status = b'{"kind":"Status","reason":"TooManyRequests","code":429,"details":{"retryAfterSeconds":7}}'
    assert (await answered(status, 429)).retry_after == 7
    assert (await answered(status, 429, Retry_After="3")).retry_after == 3
    assert (await answered(b"slow down", 503, Retry_After="9")).retry_after == 9
    dated = {"Date": "Mon, 21 Sep 2026 10:00:00 GMT", "Retry_After": "Mon, 21 Sep 2026 10:01:30 GMT"}
    assert (await answered(b"slow down", 429, **dated)).retry_after == 90
    assert (await answered(b"slow down", 429, Retry_After="soon")).retry_after is None


async def test_a_disruption_budget_is_no_throttling_in_words() -> None:
    body = (
        b'{"kind":"Status","message":"Cannot evict pod as it would violate the pod\'s disruption budget.",'
        b'"reason":"TooManyRequests","code":429,"details":{"causes":[{"reason":"DisruptionBudget","message":"m"}]}}'
    )
    error = await answered(body, 429)
    assert error.failure is Failure.THROTTLED
    assert "budget" in error.title


async def test_text_bodies() -> None:
    missing = await answered(b"404 page not found\n", 404, Content_Type="text/plain")
    assert (missing.failure, missing.message) == (Failure.NOT_FOUND, "404 page not found")
    assert (await answered(b"Unauthorized", 401)).failure is Failure.UNAUTHORIZED
    assert (await answered(b"", 500)).message == "the server answered 500 without saying why"


async def test_bodies_that_are_no_utf_8() -> None:
    error = await answered(b"\xff\xfe caf\xe9 \x1b[31mred", 500)
    assert error.failure is Failure.SERVER
    assert "\x1b" not in error.sentence
    assert "red" in error.sentence


async def test_a_huge_error_is_cut() -> None:
    error = await answered(b"x" * 3_000_000, 500)
    assert len(error.sentence) < 2000


async def test_credentials_that_a_proxy_echoes_are_not_shown() -> None:
    error = await answered(b"bad header Authorization: Bearer token-1 seen", 400)
    assert "token-1" not in error.sentence


# Not a Kubernetes server


async def test_web_pages() -> None:
    page = b"<!DOCTYPE html><html><head><title>Sign in to\n Example</title></head></html>"
    for status in (200, 404, 403):
        error = await answered(page, status, Content_Type="text/html")
        assert error.failure is Failure.NOT_KUBERNETES
        assert "Sign in to Example" in error.message
    assert (await answered(page, 200, Content_Type="text/plain")).failure is Failure.NOT_KUBERNETES
    assert (await answered(page, 502, Content_Type="text/html")).failure is Failure.SERVER


async def test_a_redirect_to_a_login_page_is_not_followed() -> None:
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "https://sso.example/login?state=secret"})

    async with serving(handler) as url:
        error = await fails(url)
    assert (error.failure, asked) == (Failure.NOT_KUBERNETES, ["/version"])
    assert "https://sso.example/login" in error.message
    assert "secret" not in error.sentence


async def test_json_that_is_no_status() -> None:
    error = await answered(b'{"error":"no such route"}', 404, Content_Type="application/json")
    assert error.failure is Failure.NOT_KUBERNETES
    assert "no such route" in error.message
    refused = await answered(b'{"message":"must authenticate"}', 401, Content_Type="application/json")
    assert (refused.failure, refused.message) == (Failure.UNAUTHORIZED, "must authenticate")


async def test_something_that_is_no_http() -> None:
    async def ssh(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2p1\r\n")
        await writer.drain()
        await reader.read()

    async with raw(ssh) as address:
        error = await fails(f"http://{address}")
    assert error.failure is Failure.NOT_KUBERNETES


# Answers that break off or never come


async def truncated(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_head(reader)
    writer.write(answer(b'{"kind":"PodList"}')[:-5])
    await writer.drain()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_head(reader)


@pytest.mark.parametrize(("serve", "words"), [(truncated, "in the middle"), (hang_up, "without an answer")])
async def test_answers_that_break_off(serve: Raw, words: str) -> None:
    async with raw(serve) as address:
        error = await fails(f"http://{address}")
    assert error.failure is Failure.BROKEN
    assert words in error.message


async def test_an_answer_that_never_comes_and_one_that_never_ends() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await request_head(reader)
        if "/slow" in head:
            writer.write(answer(b'{"kind":"PodList"}')[:-5])
        await reader.read()

    async with raw(silent) as address:
        for path in ("/api", "/slow"):
            error = await fails(f"http://{address}", path, Timing(request=0.2, close=0.5))
            assert error.failure is Failure.TIMEOUT
            assert "within 0.2 s" in error.message


def test_the_sentence_of_a_refusal() -> None:
    words = b'x: User \\"viewer\\" cannot list resource \\"nodes\\" in API group \\"\\" at the cluster scope'
    body = b'{"kind":"Status","reason":"Forbidden","code":403,"message":"' + words + b'"}'
    error = refusal(403, {}, body, Asked("x:1"))
    assert error.sentence.startswith("Not allowed: You (viewer) may not list nodes in the whole cluster.")
