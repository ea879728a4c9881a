import json

import pytest
from tests.storefronts.pairs import deliveries

from track_service.storefronts.base import Proven, Sampled
from track_service.storefronts.reading import number_in
from track_service.storefronts.saleor import Saleor

SECRET = {"url": "https://made-up.example", "secret": "made-up"}


def test_a_sample_is_signed_where_a_secret_signs():
    now = deliveries("saleor")[0].now
    hook = Saleor.sample(Sampled("TEST-1", 7, now), SECRET)

    assert Saleor.verify(hook, SECRET, now=now) is Proven.SIGNED
    (told,) = Saleor.parse(hook.body, Saleor.topic(hook))
    (parcel,) = told.parcels
    assert (told.number, told.external_id, parcel.carrier) == ("TEST-1", "7", "ups")
    assert parcel.number == "1Z999AA10100000077"


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("https://www.ups.com/track?tracknum=1Z999AA10123456784", "1Z999AA10123456784"),
        ("https://www.ups.com/en/1Z999AA10123456784/x", "1Z999AA10123456784"),
        ("https://www.ups.com/#1Z999AA10123456784", "1Z999AA10123456784"),
        ("https://www.ups.com/?a=1Z999AA10123456784&b=1Z5R89390357567127", None),
        ("https://parcels.example/1Z999AA10123456784", None),
        ("https://www.ups.com/track", None),
    ],
)
def test_a_link_s_number_is_its_carrier_s_and_the_only_one(link, number):
    assert number_in(link) == number


def test_a_fulfilment_whose_order_states_no_status_does_not_say_that_it_is_live():
    told = {"order": {"id": "T3JkZXI6MQ=="}, "fulfillment": {"id": "RnVsOjE="}}

    (read,) = Saleor.parse(json.dumps(told).encode(), "fulfillment_created")

    assert read.cancelled is None
