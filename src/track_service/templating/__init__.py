"""Jinja for page and mail: languages, brand looks, templates. Knows no Flask."""
