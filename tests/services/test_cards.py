"""The picture that a chat shows for a link, whatever the shape of a logo."""

from io import BytesIO

import pytest
from PIL import Image
from tests.pages.parcels import brand

from track_service.services.cards import SIZE, card


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000)])
def test_a_logo_that_is_a_mere_line_is_drawn(size):
    logo = BytesIO()
    Image.new("RGB", size, "#c33").save(logo, "PNG")

    drawn = card(brand(), logo.getvalue())

    with Image.open(BytesIO(drawn)) as picture:
        assert picture.size == SIZE


def test_a_logo_that_is_damaged_gives_way_to_the_parcel():
    logo = BytesIO()
    Image.effect_noise((200, 200), 90).save(logo, "PNG")

    assert card(brand(), logo.getvalue()[:400]) == card(brand(), None)
    assert card(brand(), logo.getvalue()) != card(brand(), None)
