"""What a container or a volume refers to and cannot have: config maps, secrets, their keys."""

import re

from k8stui.model import tree
from k8stui.model.document import Line, Subject
from k8stui.model.kinds import CONFIG_MAPS, SECRETS, VOLUME_CLAIMS, Kind, Ref
from k8stui.model.objects import Object
from k8stui.model.reasons.saying import brief, head
from k8stui.model.refs import named
from k8stui.model.sentences import ended

_GONE = re.compile(r'(configmaps?|secrets?|persistentvolumeclaims?) "([^"]+)" not found', re.IGNORECASE)
_NO_KEY = re.compile(r"couldn't find key (\S+) in (ConfigMap|Secret) ([^/\s]+)/(\S+)")
_NO_FILE = re.compile(r"references non-existent (?:config|configmap|secret) key: (\S+)")
_VOLUME = re.compile(r'for volume "([^"]+)"')
_KINDS = {"c": CONFIG_MAPS, "s": SECRETS, "p": VOLUME_CLAIMS}
"""By the first letter of how it is written."""


def missing(subject: Subject, who: str, said: str, mend: Ref | None) -> Line | None:
    """What of the kubelet's words says that something does not exist, with that as the target; None for other words.

    `who` begins the sentence (`Container web`, `Volume data`).
    """
    namespace = tree.namespace(subject.object)
    if match := _NO_KEY.search(said):
        kind = CONFIG_MAPS if match[2] == "ConfigMap" else SECRETS
        words = f"{who} cannot start: the {kind.kind} {match[4]} has no key {match[1]}."
        return head(words, named(kind, namespace, match[4]))
    if match := _GONE.search(said):
        kind = _KINDS[match[1][0].lower()]
        words = f"{who} cannot start: the {kind.kind} {match[2]} does not exist."
        return head(words, named(kind, namespace, match[2]))
    if match := _NO_FILE.search(said):
        return _no_file(subject, who, said, match[1], mend)
    return None


def _no_file(subject: Subject, who: str, said: str, key: str, mend: Ref | None) -> Line:
    """A volume asks for a key: of what, only the pod's spec says."""
    match = _VOLUME.search(said)
    volumes = tree.rows(subject.object, "spec", "volumes")
    volume = next((row for row in volumes if match and tree.text(row, "name") == match[1]), {})
    found = _source(volume, key)
    if found is None:
        return head(ended(f"{who} cannot start: {brief(said)}"), mend)
    kind, name = found
    words = f"{who} cannot start: the {kind.kind} {name} has no key {key}."
    return head(words, named(kind, tree.namespace(subject.object), name))


def _source(volume: Object, key: str) -> tuple[Kind, str] | None:
    """What a volume takes that key from."""
    rows = [volume, *tree.rows(volume, "projected", "sources")]
    for row in rows:
        for part, field, kind in (
            ("configMap", "name", CONFIG_MAPS),
            ("secret", "secretName", SECRETS),
            ("secret", "name", SECRETS),
        ):
            items = [tree.text(item, "key") for item in tree.rows(row, part, "items")]
            if key in items and (name := tree.text(row, part, field)):
                return kind, name
    return None
