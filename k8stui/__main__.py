"""`python -m k8stui` is `k8stui`."""

import sys

from k8stui.cli import main

sys.exit(main())
