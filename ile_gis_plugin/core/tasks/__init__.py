"""One job each: load, compute, save. Scripts, algorithms and the plugin call these."""
