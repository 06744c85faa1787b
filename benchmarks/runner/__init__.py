"""Times jobs as whole processes, in turns, and tells the ratios."""
