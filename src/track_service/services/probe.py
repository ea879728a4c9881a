"""Ask a carrier for a parcel that is not there: does the account work?"""

from track_service.carriers.base import Carrier, Wanted, read
from track_service.core.tracking import Trouble
from track_service.http import HttpError

_NOBODYS = "000000000000"
_ACCOUNT = {Trouble.AUTH, Trouble.THROTTLED, Trouble.SERVER_ERROR, Trouble.BAD_ANSWER}


def probe(carrier: Carrier) -> str | None:
    """Return in one line what is wrong with an account, None if it is answered.

    It costs one call of the account's quota; no aggregator is to watch the number.
    """
    try:
        answer = carrier.fetch([Wanted(_NOBODYS, add=False)])
    except HttpError as error:
        return f"no answer: {error}"
    for reading in read(type(carrier), answer):
        if reading.problem is not None and reading.problem.kind in _ACCOUNT:
            return f"{reading.problem.kind}: {reading.problem.message}"
    return None
