"""What the embedded cluster is asked to be: one frozen value, shared by the command line and the child process."""

from pathlib import Path

from msgspec import Struct

SCENARIOS = ("shop", "quiet", "empty")
"""The clusters that there are to choose from (`scenario/named.py` has them)."""


class DemoOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One embedded cluster. Raises ValueError, one sentence, for a value that makes no sense."""

    scenario: str = SCENARIOS[0]
    """What stands there at the beginning, and what is wrong with it."""
    pods: int = 0
    """Pods of load beside the scenario's own, all in namespace `load`."""
    nodes: int = 0
    """Nodes that carry them; 0 means one for every hundred pods."""
    churn: int = 0
    """Status changes of load pods a second."""
    seed: int = 1
    """Equal seeds give equal names, uids and order of events."""
    speed: float = 1.0
    """How many times faster than life the scenario runs (stamps and ages stay true)."""
    port: int = 0
    """0 takes a free one."""
    kubeconfig: Path | None = None
    """The file that `demo-server` writes."""

    def __post_init__(self) -> None:
        """Refuse what cannot be served."""
        if self.scenario not in SCENARIOS:
            known = ", ".join(SCENARIOS[:-1])
            raise ValueError(f"--scenario must be {known} or {SCENARIOS[-1]}, not '{self.scenario}'.")
        for name, value, most in (("pods", self.pods, 200_000), ("nodes", self.nodes, 10_000)):
            if not 0 <= value <= most:
                raise ValueError(f"--{name} must be between 0 and {most:,}, not {value:,}.")
        if not 0 <= self.churn <= 100_000:
            raise ValueError(f"--churn must be between 0 and 100,000 changes a second, not {self.churn:,}.")
        if self.churn and not self.pods:
            raise ValueError("--churn changes the pods that --pods makes: give --pods too.")
        if self.nodes and not self.pods:
            raise ValueError("--nodes carry the pods that --pods makes: give --pods too.")
        if not 0.01 <= self.speed <= 100:
            raise ValueError(f"--speed must be between 0.01 and 100, not {self.speed:g}.")
        if not 0 <= self.port <= 65_535:
            raise ValueError(f"--port must be between 0 and 65535, not {self.port}.")
