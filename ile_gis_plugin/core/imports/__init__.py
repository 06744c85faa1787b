"""From boundary files and deliveries to rows of the register: read, convert, match, quarantine."""
