"""lighthouse_…: what Lighthouse gives a delivered parcel's page on a phone, out of 100.

Needs Node and Chromium; Lighthouse itself is installed by npm into a folder of its own.
Where one is missing, or nothing can be installed, the reason is printed and no result.
"""

import json
import os
import shutil
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.measure import Result, fill, fresh_app, served
from track_service.app import Service
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Stamp, Tracking
from track_service.services import look
from track_service.store import history, shipments

VERSION = "12"
LIMITS = {"performance": 99, "accessibility": 100, "best-practices": 100}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FOLDER = Path(tempfile.gettempdir()) / f"track-bench-lighthouse-{VERSION}"


def run() -> list[Result]:
    npm = shutil.which("npm")
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if npm is None or browser is None:
        return _skipped("Node's npm or Chromium is not installed")
    program = _FOLDER / "node_modules/.bin/lighthouse"
    if not program.exists():
        install = [npm, "install", "--silent", "--no-audit", "--no-fund"]
        package = f"lighthouse@{VERSION}"
        done = _told([*install, "--prefix", str(_FOLDER), package], {})
        if done.returncode:
            return _skipped(f"npm could not install {package}")
    with fresh_app() as (app, of):
        (token,) = fill(of, [("ups", "1Z0000000000000001")])
        _deliver(of, token)
        with served(app) as url:
            done = _told(
                [
                    str(program),
                    f"{url}/t/{token}",
                    "--quiet",
                    "--output=json",
                    f"--only-categories={','.join(LIMITS)}",
                    "--chrome-flags=--headless=new --no-sandbox",
                ],
                {"CHROME_PATH": browser},
            )
    if done.returncode:
        return _skipped(done.stderr.strip().rpartition("\n")[2])
    found = json.loads(done.stdout)
    scores = {name: found["categories"][name]["score"] * 100 for name in LIMITS}
    return [
        Result(
            f"lighthouse_{name}", scores[name], "of 100", limit, 1, _wrong(found, name)
        )
        for name, limit in LIMITS.items()
    ]


def _deliver(of: Service, token: str) -> None:
    now = of.clock.now()
    told = [
        (Status.PICKED_UP, 50),
        (Status.IN_TRANSIT, 30),
        (Status.OUT_FOR_DELIVERY, 5),
        (Status.DELIVERED, 1),
    ]
    events = tuple(
        Event(Stamp.aware(now - timedelta(hours=ago)), Meaning(status), str(status))
        for status, ago in told
    )
    with of.database.write() as session:
        parcel = shipments.by_token(session, token)
        assert parcel is not None
        (held,) = shipments.load(session, [parcel.id], lock=True)
        answer = Tracking(parcel.number, events=events)
        outcome = look.answered(held, answer, of.desk.eye(), source="pull:ups")
        history.write(session, [outcome], now=now, wall=of.clock.wall())
        session.commit()


def _told(command: list[str], more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _wrong(found: dict[str, Any], name: str) -> str:
    """Which audits cost points."""
    ids = [a["id"] for a in found["categories"][name]["auditRefs"] if a["weight"]]
    return " ".join(i for i in ids if (found["audits"][i]["score"] or 0) < 1)


def _skipped(why: str) -> list[Result]:
    print(f"lighthouse: skipped, {why}")
    return []
