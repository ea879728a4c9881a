"""`docs/carriers.md`, made from what each adapter says of itself."""

import sys
from collections.abc import Iterator

from track_service.carriers import carriers
from track_service.carriers.base import Carrier, Proof

_HEAD = """# Carriers

Made by `make docs` from the adapters; a test keeps it true.
{proven} of {all} are read after an official document or a genuine sample; for the other {rest} (proof: community) there is neither, only what their users know of them.

- “Batch” is how many numbers one call takes, “-” where the carrier cannot be asked.
- “ETA” and “signer” tell whether its answers may name the expected time and who signed; photos as proof of delivery are not kept, from no carrier.
- “Read after” is the first paragraph of each module: mostly the vendor's page.

| code | carrier | countries | auth | account settings | batch | push | ETA | signer | proof | read after |
|---|---|---|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the page, one row a carrier in the order of the codes."""
    known = carriers().values()
    proven = sum(Proof.COMMUNITY not in carrier.proof for carrier in known)
    head = _HEAD.format(proven=proven, all=len(known), rest=len(known) - proven)
    return head + "\n".join(_rows()) + "\n"


def _rows() -> Iterator[str]:
    for code, carrier in carriers().items():
        cells = (
            f"`{code}`",
            carrier.label,
            " ".join(carrier.countries) or "many",
            carrier.auth if carrier.pull else "-",
            " ".join(f"`{name}`" for name in carrier.settings) or "none",
            str(carrier.batch_size) if carrier.pull else "-",
            *(_yes(fact) for fact in (carrier.push, carrier.eta, carrier.signer)),
            ", ".join(carrier.proof),
            _source(carrier),
        )
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _yes(fact: bool) -> str:
    return "yes" if fact else "-"


def _source(carrier: type[Carrier]) -> str:
    story = sys.modules[carrier.__module__].__doc__ or ""
    return " ".join(story.strip().split("\n\n")[0].split())
