"""`python -m k8stui` is `k8stui`."""

import sys

from k8stui.start import main

sys.exit(main())
