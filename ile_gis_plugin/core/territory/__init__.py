"""Which municipalities an asset lies in, and with how many metres: numpy kernels on coordinates."""
