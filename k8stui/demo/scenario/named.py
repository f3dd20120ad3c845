"""The scenarios by the names that the command line knows (`options.SCENARIOS`)."""

from k8stui.demo.scenario.scenario import EMPTY, QUIET, SHOP_ON_A_BAD_DAY, Scenario


def named(name: str) -> Scenario:
    """The scenario of this name. Raises KeyError."""
    return {"shop": SHOP_ON_A_BAD_DAY, "quiet": QUIET, "empty": EMPTY}[name]
