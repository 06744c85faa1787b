#!/usr/bin/env python3
"""Divide the cost of joint projects among the municipalities; keep what was resolved."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ile_gis_plugin.core.command_line import run_script

if __name__ == "__main__":
    sys.exit(run_script(".core.tasks.split_costs"))
