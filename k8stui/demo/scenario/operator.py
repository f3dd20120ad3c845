"""The topic operator: what `streams-system/topic-operator` does for Topics, whenever a pod of it is there."""

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending, key_of, state

TOPICS = "topics.streams.shop.example"
FINALIZER = "streams.shop.example/drain"
HOME = "streams-system/topic-operator"
WORK = 3.0
"""Seconds that it takes to look after a topic."""


class TopicOperator(Controller):
    """Brings topics into sync, and takes its finalizer from those that are deleted. Not running, it does nothing."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._homes = world.cache("deployments.apps")
        self._topics = world.cache(TOPICS)
        self._topics.handle(self._topic)
        self._homes.handle(self._home)

    @property
    def _runs(self) -> bool:
        home = self._homes.get(HOME)
        return bool(home and (home.get("status") or {}).get("availableReplicas"))

    def _topic(self, _old: Object | None, new: Object | None) -> None:
        if new is not None and self._runs:
            self.enqueue(key_of(new), WORK)

    def _home(self, old: Object | None, new: Object | None) -> None:
        if new is not None and key_of(new) == HOME and self._runs:
            for topic in self._topics.all():
                self.enqueue(key_of(topic), WORK)

    def sync(self, key: str) -> None:
        """One topic."""
        namespace, _, name = key.partition("/")
        if not self._runs:
            return
        try:
            topic = self.world.store.get(TOPICS, name, namespace)
        except (Refusal, ValueError):  # it is gone, or its definition is
            return
        held = topic["metadata"].get("finalizers") or []
        if ending(topic):
            topic["metadata"]["finalizers"] = [each for each in held if each != FINALIZER]
            self.world.registry.update(topic)
        elif FINALIZER not in held:
            topic["metadata"]["finalizers"] = [*held, FINALIZER]
            self.world.registry.update(topic)
        elif state(topic, "Ready") != "True":
            row = {"type": "Ready", "status": "True", "reason": "InSync", "lastTransitionTime": stamp(self.world.now)}
            topic["status"] = {"conditions": [row]}
            self.world.registry.update_status(topic)
