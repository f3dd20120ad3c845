"""Names that controllers generate: what many objects of one owner have in common, where nobody says who that is."""

import re
from functools import lru_cache

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Letters of random suffixes and of hashes of pod templates (apimachinery, util/rand: no vowels, nothing alike)."""

_RANDOM = re.compile(rf"-[{ALPHABET}]{{5}}$")
"""What generateName adds."""
_HASH = re.compile(rf"-[{ALPHABET}]{{6,10}}$")
"""pod-template-hash at the end of a ReplicaSet's name."""
_NUMBER = re.compile(r"-[0-9]+$")
"""The ordinal of a StatefulSet's pod or claim, the minute in the name of a CronJob's Job."""

_ENDINGS = {
    "Pod": (_RANDOM, _NUMBER),
    "ReplicaSet": (_HASH,),
    "Job": (_NUMBER, _RANDOM),
    "PersistentVolumeClaim": (_NUMBER, _RANDOM),
}
_OTHERS = (_RANDOM,)


@lru_cache(maxsize=8192)
def stem(kind: str, name: str) -> str:
    """The name without its generated end: `web-78f9` of the pod `web-78f9-w2cdb`; empty where it has none.

    That is the name of the owner for pods of ReplicaSets, StatefulSets, DaemonSets and Jobs.
    """
    for ending in _ENDINGS.get(kind, _OTHERS):
        found = ending.search(name)
        if found is not None and found.start():
            return name[: found.start()]
    return ""
