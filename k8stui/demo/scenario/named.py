"""The scenarios by the names that the command line knows (`options.SCENARIOS`)."""

from k8stui.demo.scenario.parts import Scenario
from k8stui.demo.scenario.quiet import EMPTY, QUIET
from k8stui.demo.scenario.shop.scenario import SHOP


def named(name: str) -> Scenario:
    """The scenario of this name. Raises KeyError."""
    return {"shop": SHOP, "quiet": QUIET, "empty": EMPTY}[name]
