"""The console: where a shop's staff works on what needs a human."""
