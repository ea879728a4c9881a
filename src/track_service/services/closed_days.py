"""The public holidays of a country, as working time knows them."""

from collections.abc import Container
from datetime import date

import holidays

from track_service.core.eta.workdays import Workdays


def workdays(country: str) -> Workdays:
    """Return the working time of a country (ISO 3166, two letters).

    Of one that the library does not know, weekends are all that is known.
    """
    return Workdays(holidays_of(country))


def holidays_of(country: str) -> Container[date]:
    """Return a country's public holidays, none of one that the library does not know."""
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return ()
