"""A made-up register of any size, with faults whose kind, assets and place are known."""
