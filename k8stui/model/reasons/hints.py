"""Where the words of a failing container's last log stand in its config maps: often that is the place to mend."""

import re
from collections.abc import Iterator, Sequence

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import CONFIG_MAPS
from k8stui.model.objects import Object
from k8stui.model.reasons.podparts import containers
from k8stui.model.reasons.saying import more
from k8stui.model.refs import ref

MOST = 4
"""Config maps that are looked at, and hints that are given."""
_QUOTED = re.compile(r"""['"`]([^'"`\s]{4,120})['"`]""")
_HOST = re.compile(r"\b(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\.){1,8}[a-z][-a-z0-9]*\b")
_LEAST = 6
"""Characters of a value that may be found in a word of the log."""


def used(pod: Object) -> list[str]:
    """The config maps that the pod's containers read, by envFrom, env or volume."""
    found: dict[str, None] = {}
    for one in containers(pod):
        for row in tree.rows(one.spec, "envFrom"):
            found[tree.text(row, "configMapRef", "name")] = None
        for row in tree.rows(one.spec, "env"):
            found[tree.text(row, "valueFrom", "configMapKeyRef", "name")] = None
    for volume in tree.rows(pod, "spec", "volumes"):
        found[tree.text(volume, "configMap", "name")] = None
        for row in tree.rows(volume, "projected", "sources"):
            found[tree.text(row, "configMap", "name")] = None
    return [name for name in found if name and name != "kube-root-ca.crt"]


def wants(pod: Object) -> tuple[Want, ...]:
    """The first of them."""
    namespace = tree.namespace(pod)
    return tuple(Want.one(f"pod/config map {name}", CONFIG_MAPS, namespace, name) for name in used(pod)[:MOST])


def explain(subject: Subject, log: Sequence[str]) -> Iterator[Line]:
    """Each key of a config map in which a quoted word or a host name of the log stands."""
    words = _words(log)
    given = 0
    for name in used(subject.object)[:MOST]:
        for config in subject.around.get(f"pod/config map {name}", ()):
            for key, value in sorted(tree.strings(config, "data").items()):
                word = next((each for each in words if _stands(each, value)), "")
                if word and given < MOST:
                    given += 1
                    yield more(
                        f"“{word}” stands in the ConfigMap {name}, key {key}.", ref(CONFIG_MAPS, config), Tone.WARNING
                    )


def _words(log: Sequence[str]) -> list[str]:
    """What is quoted, or looks like the name of a host; the last line first."""
    found: dict[str, None] = {}
    for line in reversed(log):
        for word in [*_QUOTED.findall(line), *_HOST.findall(line)]:
            found[word] = None
    return list(found)


def _stands(word: str, value: str) -> bool:
    """The word is in the value, or a value of one line is the first part of the word (a host without its domain)."""
    text = value.strip()
    return word in value or (len(text) >= _LEAST and "." in text and word.startswith(f"{text}."))
