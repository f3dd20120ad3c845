"""The controllers of everything that makes pods."""

from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.cronjobs import CronJobs
from k8stui.demo.controllers.daemonsets import DaemonSets
from k8stui.demo.controllers.deployments import Deployments
from k8stui.demo.controllers.jobs import Jobs
from k8stui.demo.controllers.replicasets import ReplicaSets, ReplicationControllers
from k8stui.demo.controllers.statefulsets import StatefulSets
from k8stui.demo.controllers.volumes import Volumes
from k8stui.demo.controllers.world import World


def workloads(world: World) -> list[Controller]:
    """One of each, at work from now on."""
    return [
        Deployments(world),
        ReplicaSets(world),
        ReplicationControllers(world),
        StatefulSets(world),
        DaemonSets(world),
        Jobs(world),
        CronJobs(world),
        Volumes(world),
    ]
