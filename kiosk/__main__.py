"""``python -m kiosk`` is the ``kiosk`` command."""

import sys

from kiosk.cli.__main__ import main

sys.exit(main())
