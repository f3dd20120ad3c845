"""Small clusters in which nothing is wrong: for trying things out, and for tests that bring their own objects."""

from k8stui.demo.scenario.parts import DAY, App, Machine, Scenario

BIRTH = 94 * DAY

QUIET = Scenario(
    machines=tuple(
        Machine(f"node-{letter}1", f"eu-central-1{letter}", f"172.31.{zone}.21", BIRTH)
        for zone, letter in enumerate("abc", start=1)
    ),
    namespaces=tuple((BIRTH, name) for name in ("default", "kube-node-lease", "kube-public", "kube-system", "shop")),
    apps=(
        App(namespace="shop", name="web", replicas=3, releases=((93 * DAY, "1.4.1"), (30 * DAY, "1.4.2")),
            nodes=("node-a1", "node-b1", "node-c1")),
    ),
)  # fmt: skip
"""A cluster of three nodes with one Deployment, all well."""

EMPTY = Scenario(machines=QUIET.machines, namespaces=QUIET.namespaces)
"""Nodes, and nothing that runs on them."""
