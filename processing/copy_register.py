#!/usr/bin/env python3
"""Move a whole register with its history into another GeoPackage or onto a server."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ile_gis_plugin.core.command_line import run_script

if __name__ == "__main__":
    sys.exit(run_script(".core.tasks.copy_register"))
