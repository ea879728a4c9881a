"""`python -m bench [NAME …]`: print one JSON line a result, then the table."""

import sys

from bench import (
    database,
    hooks,
    lighthouse,
    notices,
    offers,
    pages,
    parse_rate,
    polling,
    purchases,
    recommend,
    scale_out,
    staleness,
)
from bench.measure import Result

BENCHES = {
    "staleness": staleness.run,
    "parse_rate": parse_rate.run,
    "pages": pages.run,
    "lighthouse": lighthouse.run,
    "polling": polling.run,
    "database": database.run,
    "notices": notices.run,
    "hooks": hooks.run,
    "recommend": recommend.run,
    "offers": offers.run,
    "purchases": purchases.run,
    "scale_out": scale_out.run,
}


def main(names: list[str]) -> None:
    results: list[Result] = []
    for name in names or BENCHES:
        for result in BENCHES[name]():
            print(result.line(), flush=True)
            results.append(result)
    print(f"\n{'name':18} {'value':>12} {'limit':>12} {'ratio':>8}  unit")
    for r in results:
        print(
            f"{r.name:18} {r.value:12.2f} {r.limit:12.2f} {r.ratio:8.4f}"
            f"  {r.unit}  {r.note}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
