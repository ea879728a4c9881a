"""`docs/carriers.md`, made from what each adapter says of itself."""

import sys
from collections.abc import Iterator

from track_service.carriers import carriers
from track_service.carriers.base import Carrier

_HEAD = """# Carriers

Made by `make docs` from the adapters; a test keeps it true.
“Read after” is the first paragraph of each module: the vendor's page, and what proof there is for the reading.

| code | carrier | countries | numbers a call | ways | account settings | read after |
|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the page, one row a carrier in the order of the codes."""
    return _HEAD + "\n".join(_rows()) + "\n"


def _rows() -> Iterator[str]:
    for code, carrier in carriers().items():
        ways = [way for way in ("pull", "push") if getattr(carrier, way)]
        cells = (
            f"`{code}`",
            carrier.label,
            " ".join(carrier.countries) or "many",
            str(carrier.batch_size) if carrier.pull else "-",
            ", ".join(ways),
            " ".join(f"`{name}`" for name in carrier.settings) or "none",
            _source(carrier),
        )
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _source(carrier: type[Carrier]) -> str:
    story = sys.modules[carrier.__module__].__doc__ or ""
    return " ".join(story.strip().split("\n\n")[0].split())
