import pytest

from track_service.core.factor import Answers, fits, spellings

MAI = Answers("Mai@Shopper.example", "+84901234567", ("700000", "SW1A 1AA"))


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("mai@shopper.example", id="the email in small letters"),
        pytest.param("  MAI@SHOPPER.EXAMPLE ", id="the email in capitals with blanks"),
        pytest.param("4567", id="the last four digits"),
        pytest.param("\uff14\uff15\uff16\uff17", id="wide digits of an Asian keyboard"),
        pytest.param("0901 234 567", id="as dialled in Vietnam"),
        pytest.param("+84 90 123 4567", id="as dialled from abroad"),
        pytest.param("700000", id="a Vietnamese postcode"),
        pytest.param("sw1a1aa", id="a British postcode without its blank"),
        pytest.param("SW1A-1AA", id="with a hyphen"),
    ],
)
def test_what_the_buyer_knows_fits(said):
    assert fits(said, MAI)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("", id="nothing"),
        pytest.param("mai@shopper", id="half an email"),
        pytest.param("567", id="three digits"),
        pytest.param("34567", id="five digits"),
        pytest.param("1234", id="other digits of the phone"),
        pytest.param("SW", id="two letters of a postcode"),
        pytest.param("0901 234 568", id="another phone"),
        pytest.param("\x00", id="a NUL"),
        pytest.param("\ud800", id="half a surrogate pair"),
    ],
)
def test_what_others_guess_does_not(said):
    assert not fits(said, MAI)


def test_what_is_not_known_of_an_order_fits_nothing():
    empty = Answers(None, None, ("", "-", "x"))

    assert not any(fits(said, empty) for said in ("", "0000", "-", "x", "@", "+84"))


def test_a_phone_of_another_country_is_read_as_dialled_there():
    berlin = Answers(phone="+4915123456789")

    assert fits("0151 23456789", berlin)
    assert fits("6789", berlin)
    assert not fits("0901 234 567", berlin)


def test_no_answer_is_in_a_repr():
    assert "901234567" not in repr(MAI)
    assert "hopper" not in repr(MAI)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("1001", "#1001"),
        ("#1001", "1001"),
        (" so-1001 ", "SO-1001"),
        ("1z 999 aa1", "1Z999AA1"),
        ("JD-014-600", "JD014600"),
        ("Order 7", "Order 7"),
    ],
)
def test_a_number_is_found_however_it_is_typed(typed, stored):
    assert stored in spellings(typed)


def test_all_ways_to_type_a_number_are_counted_as_one():
    assert len({spellings(way)[0] for way in ("#so-1", "SO-1", "s o 1", "so.1")}) == 1


@pytest.mark.parametrize("typed", ["", "  ", "#", "\x00", "\u200b"])
def test_nothing_has_no_spelling(typed):
    assert spellings(typed) == ()
