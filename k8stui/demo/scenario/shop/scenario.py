"""The shop on a bad day, whole."""

from k8stui.demo.scenario.parts import Scenario
from k8stui.demo.scenario.shop import apps, cluster, incident

SHOP = Scenario(
    machines=cluster.MACHINES,
    namespaces=cluster.NAMESPACES,
    apps=(*cluster.SYSTEM, *apps.SHOP, *apps.PAYMENTS),
    deeds=incident.DEEDS,
    habits=incident.HABITS,
    storm=incident.STORM,
)
