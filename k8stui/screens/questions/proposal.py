"""What a question needs to know of what it asks: how grave it is, how it is answered, what there is to know of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from k8stui.model.document import Line
from k8stui.operations.effects.choices import Choices
from k8stui.operations.mutation import Mutation, Risk


class Proposal(ABC):
    """Something that is asked about before it is done. By itself it has nothing to choose, to try or to look at."""

    choices: Choices | None = None
    """How it is done, where that can be chosen."""
    looking = False
    """Something is still to be read."""

    @property
    @abstractmethod
    def question(self) -> str:
        """What is asked, in one line."""

    @property
    @abstractmethod
    def verb(self) -> str:
        """The answer's word: `Delete`."""

    @property
    @abstractmethod
    def risk(self) -> Risk:
        """How grave it is."""

    @property
    @abstractmethod
    def typed(self) -> str:
        """What has to be typed to agree; empty: nothing."""

    @abstractmethod
    def lines(self) -> list[Line]:
        """What there is to know, as far as it is known."""

    @property
    def mutations(self) -> Sequence[Mutation]:
        """What would be sent now, where that is known as requests."""
        return ()

    @property
    def tried(self) -> Sequence[Mutation]:
        """Those of them that are tried on the server first; empty: nobody needs to see a difference."""
        return ()

    @property
    def untried(self) -> int:
        """How many more of the same sort are not tried, for there are too many."""
        return 0

    async def look(self, changed: Callable[[], None]) -> None:
        """Read what stands around it; `changed` is called whenever more is known."""
        return

    def choose(self, wanted: Choices) -> None:
        """Do it in another way. Raises UnableError: nothing is different then."""
        raise NotImplementedError  # there are no choices

    async def follow(self) -> None:
        """Find out what else is to be done, as chosen."""
        return

    def agree(self) -> None:
        """It was agreed to as it is now: from here on nothing of it changes."""
        return
