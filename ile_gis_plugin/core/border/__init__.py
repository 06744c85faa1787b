"""The border between municipalities: what belongs together on both sides, proposed and decided."""
