"""Aggregators keep the carrier that they name, and shoppers know it by that name."""

import pytest
from tests.carriers.pairs import FIXTURES, pair

from track_service.carriers import carriers
from track_service.carriers.base import read
from track_service.services.naming import named

NAMED = {
    "17track": ("China Post", "chinapost"),
    "aftership": ("dhl-parcel", "dhl_unified"),
    "easypost": ("FedEx", "fedex"),
    "karrio": ("dhl_express", "mydhl"),
    "ship24": ("USPS", "usps"),
    "shipengine": ("ups", "ups"),
    "shippo": ("usps", "usps"),
    "shipstation": ("ups", "ups"),
    "trackingmore": ("usps", "usps"),
}


def test_every_aggregator_is_one_of_these():
    assert {c for c, one in carriers().items() if one.aggregator} == NAMED.keys()


@pytest.mark.parametrize("code", sorted(NAMED))
def test_an_aggregator_keeps_the_carrier_that_it_names(code):
    told = pair(FIXTURES / code, "in_transit").answer

    (reading,) = read(carriers()[code], told)

    assert (reading.carrier, named(reading.carrier)) == NAMED[code]


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("DHLExpress", "mydhl"),
        ("UPSMailInnovations", "ups"),
        ("canada-post", "canada_post"),
        ("postnl-3s", "postnl"),
        ("gls-italy", "gls-italy"),
        ("Yodel", "Yodel"),
        (None, None),
    ],
)
def test_a_name_is_our_code_only_where_it_is_beyond_doubt(stated, code):
    assert named(stated) == code
