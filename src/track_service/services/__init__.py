"""Use cases, in the order data moves."""
