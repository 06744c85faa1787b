"""Joint projects: what they cost, who funds them, who pays which share. No file, no store."""
