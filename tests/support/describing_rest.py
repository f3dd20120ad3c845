"""What our descriptions of everything but pods and nodes have on purpose that kubectl's have not, by kind."""

import json

from k8stui.model import kinds
from k8stui.model.kinds import Kind
from tests.support.describing import Difference

SINCE = "2026-01-02T03:04:05Z"
GADGETS = Kind("described.example", "v1", "gadgets", "Gadget")
CUSTOM = Kind("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", namespaced=False)


STATUS = json.dumps(
    {
        "status": {
            "phase": "Broken",
            "observedGeneration": 1,
            "conditions": [
                {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": SINCE}
                for kind, status, reason, message in (
                    ("Synced", "True", "Done", "all is well"),
                    ("Ready", "False", "NoVolume", "the volume is gone"),
                )
            ],
        }
    }
)


def added(name: str, pattern: str) -> Difference:
    """Whole lines that only we have."""
    return Difference(name, "Ours: kubectl leaves it to the reader.", pattern, "")


MESSAGES = (
    Difference(
        "message of a condition that is amiss",
        "kubectl has no such column.",
        r"^(  Type +Status +Reason) +Message$",
        r"\1",
    ),
    Difference("the rule below it", "The same.", r"^(  -{4} +-{6} +-{6}) +-{7}$", r"\1"),
    Difference("the message", "The same.", r"^(  \w+ +(?:True|False|Unknown) +\w+) {2,}\S.*$", r"\1"),
)
DIFFERENCES: dict[str, tuple[Difference, ...]] = {
    kinds.DEPLOYMENTS.resource: (
        *MESSAGES,
        Difference(
            "a line for each ReplicaSet",
            "Every one is a place to go; kubectl prints them on one line.",
            r"(?<=replicas created\)), ",
            "\n" + " " * 17,
        ),
        added("paused", r"^Paused: .*\n"),
    ),
    kinds.REPLICA_SETS.resource: MESSAGES,
    kinds.REPLICATION_CONTROLLERS.resource: MESSAGES,
    kinds.STATEFUL_SETS.resource: (),
    kinds.DAEMON_SETS.resource: (
        added("the namespace of a DaemonSet, which kubectl forgot", r"(?<=\n)Namespace: .*\n(?=Selector:)"),
    ),
    kinds.JOBS.resource: (added("conditions of a job: why it failed", r"^Conditions:\n(?:  .*\n)+(?=Events:)"),),
    kinds.CRON_JOBS.resource: (
        added(
            "its zone, when a job last succeeded, and when the next is made",
            r"^(?:Time Zone|Last Successful Time|Next Schedule Time): .*\n",
        ),
    ),
    kinds.SERVICES.resource: (
        added(
            "what its fields mean together",
            r"^(?:Headless:|It selects|Another name|Nobody answers|\d+ of \d+ nodes).*\n",
        ),
        added("endpoints that are not ready", r"^Not Ready: .*\n"),
        added("a field that kubectl 1.32 does not know yet", r"^Traffic Distribution: .*\n"),
        Difference(
            "no endpoint",
            "kubectl prints nothing where there are some, none of which is ready.",
            r"^Endpoints:(?: +<none>)?$",
            "Endpoints:",
        ),
        Difference(
            "none more", "kubectl counts addresses that are not ready, and subtracts them.", r" \+ 0 more\.\.\.", ""
        ),
    ),
    kinds.INGRESSES.resource: (
        Difference("a class that does not exist", "kubectl does not look.", r" \(there is no such class: .*\)", ""),
        Difference("none more", "As for Services.", r" \+ 0 more\.\.\.", ""),
        Difference("no endpoint", "As for Services.", r"\((?:<none>)?\)$", "()"),
    ),
    kinds.VOLUME_CLAIMS.resource: (
        added("what was asked for", r"^Requested: .*\n"),
        added("why it is Pending", r"^(?:The storage class|It names no|It waits|No pod uses|Its volume).*\n"),
    ),
    kinds.BUDGETS.resource: (added("why it allows nothing", r"^No eviction is .*\n"),),
    kinds.NAMESPACES.resource: (
        Difference(
            "a rule as long as its title", "kubectl's is too short.", r"^(  -{8} +)-{3,4}( +)-{3,4}$", r"\1----\2----"
        ),
    ),
    kinds.VOLUMES.resource: (),
    kinds.STORAGE_CLASSES.resource: (
        Difference(
            "what was last applied",
            "The object once more, in one long line: kubectl hides it for every other kind.",
            r"kubectl\.kubernetes\.io/last-applied-configuration=.*\n,",
            "",
        ),
    ),
    kinds.ENDPOINT_SLICES.resource: (),
    kinds.RESOURCE_QUOTAS.resource: (),
    kinds.LIMIT_RANGES.resource: (),
    kinds.CONFIG_MAPS.resource: (),
    kinds.SECRETS.resource: (),
    kinds.AUTOSCALERS.resource: (),
    kinds.LEASES.resource: (added("its owner", r"^Controlled By: .*\n"),),
    kinds.CONTROLLER_REVISIONS.resource: (added("its owner", r"^Controlled By: .*\n"),),
}
"""By resource, all of it: what differs on purpose. What else differs is a mistake."""
GENERIC = (
    added("the condition that is amiss, on top", r"^Condition: .*\n"),
    added("the table of conditions", r"^Conditions:\n(?:  .*\n)+"),
    Difference("conditions below Status", "Ours stand in the table.", r"^  Conditions:\n(?:    .*\n)+", ""),
)
