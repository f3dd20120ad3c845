"""Why an image does not come: what the registry answered, and the secrets that should have opened it."""

import re
from collections.abc import Iterator
from types import MappingProxyType

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.kinds import SECRETS, Ref
from k8stui.model.reasons.podparts import One, events
from k8stui.model.reasons.saying import brief, head, more
from k8stui.model.refs import named
from k8stui.model.sentences import ended, listed

REASONS = frozenset(
    {"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable"}
)
NO_SECRET = "FailedToRetrieveImagePullSecret"
_LISTED = re.compile(r"secrets \(([^)]*)\)")
_ANSWERS = MappingProxyType(
    {
        "no match for platform": "it is not made for this kind of machine",
        "no matching manifest": "it is not made for this kind of machine",
        "unauthorized": "the registry wants other credentials",
        "authorization failed": "the registry wants credentials, or there is no such image",
        "pull access denied": "the registry wants credentials, or there is no such image",
        "authentication required": "the registry wants credentials",
        "403 Forbidden": "the registry refuses these credentials",
        "toomanyrequests": "the registry has had too many requests from here",
        "429 Too Many": "the registry has had too many requests from here",
        "x509": "the registry's certificate is not trusted by the node",
        "HTTP response to HTTPS": "the registry speaks no TLS, and the node insists on it",
        "no such host": "the registry's name is not known",
        "connection refused": "the registry does not answer",
        "i/o timeout": "the registry does not answer",
        "deadline exceeded": "the registry did not answer in time",
        "no space left": "the node's disk is full",
        "not found": "the registry has no such image or tag",
        "manifest unknown": "the registry has no such tag",
    }
)
"""By what containerd and the registries write; the first that fits counts."""


def explain(subject: Subject, one: One, mend: Ref | None) -> Iterator[Line]:
    """A container that waits for its image."""
    image = tree.text(one.spec, "image") or tree.text(one.status, "image")
    reason, said = tree.text(one.waiting, "reason"), _answer(subject, one)
    if reason == "InvalidImageName":
        yield head(f"{one.title}: {image} is no name of an image.", mend)
    elif reason == "ErrImageNeverPull":
        yield head(f"{one.title}: {image} is not on the node, and its pull policy is Never.", mend)
    else:
        words = _words(said)
        yield head(f"{one.title}: its image {image} cannot be pulled{': ' + words if words else ''}.", mend)
    if said:
        yield more(ended(f"The node says: {brief(said)}"))
    given = [tree.text(row, "name") for row in tree.rows(subject.object, "spec", "imagePullSecrets")]
    if "credentials" in _words(said):
        yield more(f"It has {'the pull secrets ' + listed(given) if given else 'no pull secret'}.", mend)


def secrets(subject: Subject) -> Iterator[Line]:
    """Pull secrets that do not exist: what the node complains about, pull or no pull."""
    said = next(iter(events(subject, NO_SECRET)), None)
    if said is None:
        return
    match = _LISTED.search(tree.text(said, "message"))
    for name in (part.strip() for part in match[1].split(",")) if match else ():
        namespace = tree.namespace(subject.object)
        words = f"Its pull secret {name} does not exist, or cannot be read: images that need it will not come."
        yield head(words, named(SECRETS, namespace, name), Tone.WARNING)


def _words(said: str) -> str:
    """A registry's answer in plain words, empty where it is none that is known."""
    return next((text for sign, text in _ANSWERS.items() if sign.lower() in said.lower()), "")


def _answer(subject: Subject, one: One) -> str:
    """What the pull came to: in the state, or only in an event (kubelets before 1.32)."""
    said = tree.text(one.waiting, "message")
    if "ErrImagePull: " in said:
        return said.partition("ErrImagePull: ")[2]
    if said.startswith("Back-off pulling image") or not said:
        for event in events(subject, "Failed", container=one.name):
            text = tree.text(event, "message")
            if text.startswith("Failed to pull image"):
                return text.partition('": ')[2] or text
    return said
