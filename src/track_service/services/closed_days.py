"""The public holidays of a country, as working time knows them."""

from collections.abc import Container
from datetime import date

import holidays

from track_service.core.eta.workdays import Workdays


def workdays(country: str) -> Workdays:
    """Return the working time of a country (ISO 3166, two letters).

    Of one that the library does not know, weekends are all that is known.
    """
    try:
        closed: Container[date] = holidays.country_holidays(country)
    except NotImplementedError:
        closed = ()
    return Workdays(closed)
