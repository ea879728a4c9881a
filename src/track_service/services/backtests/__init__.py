"""Predictions tried on a shop's own history, before it trusts them."""
