"""Every controller at work: the embedded cluster's kube-controller-manager and its scheduler."""

from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.disruption import Disruption
from k8stui.demo.controllers.endpoints import EndpointsController
from k8stui.demo.controllers.events import Expiry
from k8stui.demo.controllers.garbage import GarbageCollector
from k8stui.demo.controllers.namespaces import NamespaceController, NamespaceDefaults
from k8stui.demo.controllers.nodelifecycle import NodeLifecycle, TaintEviction
from k8stui.demo.controllers.nodettl import NodeTTL
from k8stui.demo.controllers.podgc import PodGarbageCollector
from k8stui.demo.controllers.quotas import ResourceQuotas
from k8stui.demo.controllers.scheduler import Scheduler
from k8stui.demo.controllers.workloads import workloads
from k8stui.demo.controllers.world import World


def controllers(world: World, certificate: str = "", host: str = "control-plane") -> list[Controller]:
    """One of each, at work from now on. `certificate` is the cluster's CA in PEM, if it has one; `host` the name of
    the machine that the scheduler's events say."""
    Expiry(world)
    PodGarbageCollector(world)
    return [
        *workloads(world),
        Scheduler(world, host),
        NodeLifecycle(world),
        TaintEviction(world),
        NodeTTL(world),
        GarbageCollector(world),
        Disruption(world),
        EndpointsController(world),
        ResourceQuotas(world),
        NamespaceController(world),
        NamespaceDefaults(world, certificate),
    ]
