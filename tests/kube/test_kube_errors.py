import subprocess
import sys

import pytest

from k8stui.kube.errors import TEXTS, ApiError, ConfigError, Failure, denied


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_has_a_title_and_a_hint(failure: Failure) -> None:
    title, hint = TEXTS[failure]
    assert title
    assert hint
    assert not title.endswith(".")
    assert not hint.endswith(".")
    assert ApiError(failure, "it broke").sentence == f"{title}: it broke. {hint}."


def test_causes_that_the_message_names_are_not_said_twice() -> None:
    error = ApiError(Failure.INVALID, "spec.replicas: Invalid value: -1", causes=("Invalid value: -1", "must be >= 0"))
    assert error.sentence.count("Invalid value: -1") == 1
    assert "must be >= 0" in error.sentence


def test_an_error_of_a_hostile_server_is_one_clean_line() -> None:
    error = ApiError(
        Failure.SERVER, "a\x1b]52;c;aGk=\x07b\nc\u202ed\x9b31m", reason="\x1b[2J", causes=("x\ny",), hint="do\nthis"
    )
    for text in (error.sentence, error.message, error.reason, error.hint, str(error), repr(error), *error.causes):
        assert text.isprintable()
        assert "\u202e" not in text


def test_an_endless_message_is_cut() -> None:
    assert len(ApiError(Failure.SERVER, "x" * 1_000_000).message) == 1024


def test_a_refusal_names_verb_and_resource() -> None:
    assert denied("list", "nodes") == "You may not list nodes in the whole cluster."
    assert denied("get", "pods/log", "shop", user="jane", why="RBAC: no\nrole") == (
        "You (jane) may not get pods/log in the namespace shop: RBAC: no role."
    )


def test_a_configuration_error_is_one_line() -> None:
    assert ConfigError("a\nb\x1b[31m").sentence == "a b[31m"


def test_errors_and_kubeconfig_import_no_client_library_and_no_yaml() -> None:
    # Upper floors import them before the first paint.
    code = (
        "import sys, k8stui.kube.errors, k8stui.kube.kubeconfig;"
        "print([m for m in ('aiohttp', 'kubernetes_asyncio', 'yaml', 'asyncio', 'textual') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
