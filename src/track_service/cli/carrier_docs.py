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

_AGGREGATORS = """## Aggregators

They tell what the carriers told them, and whom they name is kept; `docs/settings.md` tells how one is asked in a carrier's place.
“Added by us” tells that a number which the account does not have yet is added to it when it is asked for: that costs one of its quota, once.
Where it is “-” nothing need be added.

| code | aggregator | added by us |
|---|---|---|
"""

_PUSHES = """## Pushes

Each may send to `/hooks/carriers/CODE/SECRET`, with the secret of `track-service brand hook`.
“Proof” is how a push is verified beside that, by the settings named or else by those that the carrier is asked with; where they are not given, the secret alone vouches.
A push with a wrong proof is answered by 401 and not kept.
One that only knows the secret brings the next poll forward where the carrier can be asked and has an account; otherwise it is believed, of that brand's parcels alone.

| code | proof | settings for it |
|---|---|---|
"""
_OF_PUSHES = ("push_", "webhook_")


def page() -> str:
    """Return the page, one row a carrier in the order of the codes."""
    known = carriers().values()
    proven = sum(Proof.COMMUNITY not in carrier.proof for carrier in known)
    head = _HEAD.format(proven=proven, all=len(known), rest=len(known) - proven)
    tables = (
        head + "\n".join(_rows()),
        _AGGREGATORS + "\n".join(_aggregators()),
        _PUSHES + "\n".join(_pushes()),
    )
    return "\n\n".join(tables) + "\n"


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


def _aggregators() -> Iterator[str]:
    for code, carrier in carriers().items():
        if carrier.aggregator:
            yield f"| `{code}` | {carrier.label} | {_yes(carrier.adds)} |"


def _pushes() -> Iterator[str]:
    for code, carrier in carriers().items():
        if not carrier.push:
            continue
        proof = "None but the secret."
        if carrier.verify is not Carrier.verify:
            proof = (carrier.verify.__doc__ or "").strip().split("\n\n")[0]
        names = (*carrier.settings, *carrier.optional)
        wanted = [f"`{name}`" for name in names if name.startswith(_OF_PUSHES)]
        yield f"| `{code}` | {proof} | {' '.join(wanted) or '-'} |"


def _yes(fact: bool) -> str:
    return "yes" if fact else "-"


def _source(carrier: type[Carrier]) -> str:
    story = sys.modules[carrier.__module__].__doc__ or ""
    return " ".join(story.strip().split("\n\n")[0].split())
