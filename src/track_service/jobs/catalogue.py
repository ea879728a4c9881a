"""The jobs, and how often each is due; no scheduler is known here."""

from collections.abc import Callable
from dataclasses import dataclass

from track_service.services.ahead import foresee_due
from track_service.services.asking import ask_next
from track_service.services.delivering import pass_on_late
from track_service.services.digests import owe_digests
from track_service.services.fallback import take_over
from track_service.services.fitting import fit_due
from track_service.services.hosts import check_next
from track_service.services.judge import judge_due
from track_service.services.minting import Mint
from track_service.services.notify import Post, send_owed
from track_service.services.pictures import fetch_due
from track_service.services.poll import Desk, poll_due
from track_service.services.preparing import look_due
from track_service.services.pushed import read_left_over
from track_service.services.queue_upkeep import keep_up
from track_service.services.recommending.nightly import fit_next
from track_service.services.review_asking import ask_due
from track_service.services.sweep import sweep
from track_service.services.taking import take_left_over
from track_service.services.voucher_stock import warn
from track_service.services.watch import watch_accounts
from track_service.services.writing_back import write_back


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `run` does a bounded part of it and says how much it did.

    It is run again at once while it did something, then every `ticks` ticks. As many as
    `side_by_side` runs may go at a time.
    """

    name: str
    run: Callable[[], int]
    ticks: int = 1
    side_by_side: int = 1


def jobs(desk: Desk, post: Post, mint: Mint, *, threads: int) -> list[Job]:
    """Return all jobs of a service; `threads` are shared fairly among carriers."""
    pulled = [code for code, carrier in desk.carriers.items() if carrier.pull]
    # One carrier alone may use every thread, but a dead one never all of many's.
    each = threads if len(pulled) == 1 else max(1, threads * 3 // 4)
    return [
        *(Job(f"poll {code}", _poll(desk, code), side_by_side=each) for code in pulled),
        Job("judge", lambda: judge_due(desk)),
        Job("send", lambda: send_owed(post)),
        Job("keep up the queue", lambda: keep_up(post), ticks=3),
        Job("digests", lambda: _once(owe_digests(post)), ticks=6),
        Job("pass on", lambda: pass_on_late(post)),
        Job("fall back", lambda: _once(take_over(desk)), ticks=6),
        Job("read left over", lambda: read_left_over(desk), ticks=6),
        Job("take left over", lambda: take_left_over(desk, mint=mint)),
        Job("look for unshipped", lambda: look_due(desk), ticks=6),
        Job("foresee orders", lambda: foresee_due(desk)),
        Job("fit lanes", lambda: fit_due(desk), ticks=6),
        Job("fit offers", lambda: fit_next(desk.database, now=desk.now()), ticks=60),
        Job("ask for reviews", lambda: ask_due(desk), ticks=60),
        Job("count vouchers", lambda: _once(warn(post)), ticks=60),
        Job("write back", lambda: write_back(desk, base_url=post.base_url)),
        Job("fetch pictures", lambda: fetch_due(desk)),
        Job("check hosts", lambda: check_next(desk), ticks=6),
        Job("ask shops", lambda: ask_next(desk, mint=mint), ticks=6),
        Job("watch accounts", lambda: _once(watch_accounts(post)), ticks=6),
        Job("sweep", lambda: _once(sweep(desk.database, now=desk.now())), ticks=360),
    ]


def _poll(desk: Desk, code: str) -> Callable[[], int]:
    return lambda: poll_due(desk, code)


def _once(_done: int) -> int:
    return 0
