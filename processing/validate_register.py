#!/usr/bin/env python3
"""Find what is wrong in a register and keep it as findings; 1 while errors are open."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ile_gis_plugin.core.command_line import run_script

if __name__ == "__main__":
    sys.exit(run_script(".core.tasks.validate_register"))
