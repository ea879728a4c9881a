"""What the service knows, as pure values and rules: no I/O, no clock, no framework."""
