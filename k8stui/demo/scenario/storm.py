"""A storm of repeating warnings: a pull secret that pods name and that nobody has made.

A real kubelet looks for it at every sync of every such pod, and says so each time.
"""

from k8stui.demo.clock import epoch, stamp
from k8stui.demo.controllers.podfacts import finished
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet.runs import chance
from k8stui.demo.scenario.parts import Storm
from k8stui.demo.scenario.telling import repeated
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending

REASON = "FailedToRetrieveImagePullSecret"
TURNS = 8
"""A pod's warning comes every so many turns: not all at once."""


def told(storm: Storm, pod: Object, first: float, last: float, count: int) -> Object:
    """The event about one pod."""
    words = (
        f"Unable to retrieve some image pull secrets ({storm.secret}); attempting to pull the image may not succeed."
    )
    return repeated(pod, REASON, words, first=first, last=last, count=count)


def before(storm: Storm, pods: list[Object], now: float) -> list[Object]:
    """The events of a storm that has been going on for a while."""
    rows = []
    for number, pod in enumerate(each for each in pods if concerned(storm, each)):
        first = max(now - storm.since, epoch(pod["metadata"]["creationTimestamp"])) + number
        count = int((now - first) / storm.every) + 1
        rows.append(told(storm, pod, first, now - storm.every * chance(pod["metadata"]["name"]), count))
    return rows


def concerned(storm: Storm, pod: Object) -> bool:
    """Whether a pod names the secret and runs."""
    names = [row.get("name") for row in pod["spec"].get("imagePullSecrets") or ()]
    runs = bool(pod["spec"].get("nodeName")) and not ending(pod) and not finished(pod)
    return storm.secret in names and runs


class Storms:
    """Repeats the warning for as long as the secret is missing."""

    def __init__(self, world: World, storm: Storm, silent: frozenset[str]) -> None:
        """Nobody says anything about the pods of `silent` nodes. What was said before is counted on."""
        self._world = world
        self._storm = storm
        self._silent = silent
        self._turn = 0
        self._known = {
            event["involvedObject"]["uid"]: event["metadata"]["name"]
            for event in world.store.list("events", storm.namespace)
            if event.get("reason") == REASON
        }
        world.agenda.every(storm.every / TURNS, self._next)

    def _next(self) -> None:
        """The turn of some of the pods."""
        self._turn += 1
        try:
            self._world.store.get("secrets", self._storm.secret, self._storm.namespace)
        except Refusal:
            for number, pod in enumerate(self._world.cache("pods").all(self._storm.namespace)):
                if number % TURNS == self._turn % TURNS and self._blows(pod):
                    self._say(pod)

    def _blows(self, pod: Object) -> bool:
        return concerned(self._storm, pod) and pod["spec"]["nodeName"] not in self._silent

    def _say(self, pod: Object) -> None:
        now, uid = self._world.now, pod["metadata"]["uid"]
        try:
            event = self._world.store.get("events", self._known[uid], self._storm.namespace)
        except (KeyError, Refusal):  # never told, or forgotten
            made = self._world.registry.create(told(self._storm, pod, now, now, 1))
            self._known[uid] = made["metadata"]["name"]
            return
        event["count"] = int(event.get("count") or 1) + 1
        event["lastTimestamp"] = stamp(now)
        self._world.registry.update(event)
