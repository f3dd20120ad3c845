"""Play the past of every scenario and record its first moment: `python -m k8stui.demo.scenario` (`make moments`)."""

import sys
from pathlib import Path

from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.world import World
from k8stui.demo.options import SCENARIOS
from k8stui.demo.registry.registry import Registry
from k8stui.demo.scenario.moment import CERTIFICATE, record
from k8stui.demo.scenario.named import named
from k8stui.demo.scenario.parts import Scenario
from k8stui.demo.scenario.past import Past, PastClock
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.store import Store

FOLDER = Path(__file__).parent / "moments"
PRESENT = 1_790_000_000.0
"""When the pasts end that are recorded (epoch seconds): any time will do."""


class Still:
    """A clock that stands."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return PRESENT

    async def sleep(self, seconds: float) -> None:
        """Nobody sleeps while a past is played."""


def played(scenario: Scenario) -> Store:
    """A store in which the past of a scenario has come to its end. Raises RuntimeError when a controller failed."""
    clock = PastClock(Still())
    store = Store(Still(), Catalog(), seed=1)
    world = World(Registry(store, clock), Agenda(clock))
    Past(world, clock, scenario, CERTIFICATE).play()
    if world.agenda.failures:
        raise RuntimeError("; ".join(world.agenda.failures))
    return store


def main() -> int:
    """Write all recordings anew; returns the exit code."""
    FOLDER.mkdir(exist_ok=True)
    for name in SCENARIOS:
        raw = record(played(named(name)))
        (FOLDER / f"{name}.json.zz").write_bytes(raw)
        sys.stdout.write(f"{name}: {len(raw):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
