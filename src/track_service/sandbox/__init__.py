"""Carriers on loopback, speaking their own wire formats, for demo, load and faults.

Nothing here knows our parsers: the answers are built from the carriers' public
documents, so that a wrong reading cannot agree with itself.

    sandbox = Sandbox(seed=1, now=clock)        # the domain clock, however fast
    url = sandbox.start()                       # http://127.0.0.1:<port>
    sandbox.base_url("ups")                     # stands in for the carrier's host
    sandbox.credentials("ups")                  # {"client_id": …, "client_secret": …}
    parcels = sandbox.populate(400, start=clock())
    sandbox.push_due({"ghn": "http://127.0.0.1:8000/hooks/…"})
    sandbox.faults = Faults(throttled=0.1)      # at any time
    sandbox.counts                              # {"ups": {200: 12, 429: 1}}
    sandbox.stop()

`Mailbox` is an SMTP sink: `start() -> (host, port)`, `mails`, `stop()`. `Phones` are
Twilio, eSMS and Zalo: `start() -> url`, `settings(code)`, `texts`, `call_back()`. Single
parcels are made with `plan(lane, kind, …)` and made known with `Sandbox.add`.
"""

from track_service.sandbox.box import CARRIERS, Sandbox
from track_service.sandbox.course import Kind
from track_service.sandbox.faults import Faults
from track_service.sandbox.journeys import plan
from track_service.sandbox.mailbox import Mailbox
from track_service.sandbox.parcels import Did, Parcel, Step
from track_service.sandbox.phones import Phones
from track_service.sandbox.places import LANES, Hub, Lane
from track_service.sandbox.pushes import PUSHERS

__all__ = [
    "CARRIERS",
    "LANES",
    "PUSHERS",
    "Did",
    "Faults",
    "Hub",
    "Kind",
    "Lane",
    "Mailbox",
    "Parcel",
    "Phones",
    "Sandbox",
    "Step",
    "plan",
]
