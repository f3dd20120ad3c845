"""k8stui that calls a silent link dead after a second: `python -m tests.support.impatient_program ARGUMENT…`."""

import sys
from functools import partial

from k8stui import arguments, cli
from k8stui.settings import Timing

if __name__ == "__main__":
    setattr(arguments, "Timing", partial(Timing, ping=0.3, pong=0.5))  # noqa: B010
    sys.exit(cli.main(sys.argv[1:]))
