"""The last touch on an answer: JSON becomes YAML or is indented, as the client wants it.

Whoever answers writes compact JSON; only few clients want something else.
"""

import msgspec

from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.media import JSON, YAML, negotiate
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage.errors import Refusal

_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_READ_BY_PEOPLE = ("curl", "Wget", "Mozilla/5.0")
"""User agents that get indented JSON unless they say otherwise."""


def finished(answer: Answer, ask: Ask, accept: str) -> Answer:
    """The same answer, with another body if it is an object that the client wants in another form."""
    if answer.content_type != JSON or not answer.body:
        return answer
    if "yaml" in accept and _in_yaml(answer, ask, accept):
        from k8stui.demo.serving import yamltext  # not loaded before the first

        answer.body, answer.content_type = yamltext.dump(msgspec.json.decode(answer.body)), YAML
    elif _indented(ask):
        answer.body = msgspec.json.format(answer.body.rstrip(), indent=2)
    return answer


def _in_yaml(answer: Answer, ask: Ask, accept: str) -> bool:
    """Resources, discovery and refusals can be YAML; what the server tells of itself is JSON."""
    if not ask.path.startswith(("/api/", "/apis/")) and ask.path not in ("/api", "/apis"):
        return False
    try:
        return negotiate(accept, collection=False, whole=answer.status >= 400).yaml
    except Refusal:
        return False


def _indented(ask: Ask) -> bool:
    wanted = ask.query.get("pretty")
    return wanted in _TRUE if wanted else ask.agent.startswith(_READ_BY_PEOPLE)
