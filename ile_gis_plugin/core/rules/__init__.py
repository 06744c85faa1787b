"""The rules: what can be wrong with an asset, each a small function with a code of its own."""
