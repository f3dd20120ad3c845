"""`:debug` as kubectl's flags are typed."""

from collections.abc import Sequence

from msgspec import Struct

from k8stui.operations.builders.debug_options import Options


class Typed(Struct, frozen=True):
    """What was typed."""

    options: Options
    targets: tuple[str, ...] = ()
    """What stands among the flags: `web-1`, `pod/web-1`, `node/worker-1`; () for what is under the cursor."""
    given: frozenset[str] = frozenset()
    """Fields of `options` that were typed; the others are those of the base."""
    attach: bool = True


def parse(words: str | Sequence[str], base: Options | None = None) -> Typed:
    """The choice typed as `--image=busybox --target app --profile=restricted -- sh`.

    `--copy-to` makes it a copy, `node/x` a node's pod; else the mode is the base's. Raises UnableError with one sentence.

    Args:
        words: what follows `:debug`; quotes as in a shell.
        base: what holds where nothing is typed.
    """
    raise NotImplementedError
