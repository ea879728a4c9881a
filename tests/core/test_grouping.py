import pytest

from track_service.core.grouping import (
    AT_A_CARRIER,
    AT_A_HUB,
    Site,
    is_over,
    is_to_tell,
    new_groups,
)

X = Site(1, "ghn", "Hub X", "stalled")
Y = Site(1, "ghn", "Hub Y", "stalled")
WHOLE = Site(1, "ghn", "", "stalled")
RIVAL = Site(2, "ghn", "Hub X", "stalled")


def test_a_hub_that_fails_for_ten_is_one_group():
    assert new_groups([(X, AT_A_HUB)], known=()) == [X]
    assert new_groups([(X, AT_A_HUB - 1)], known=()) == []


def test_twenty_at_small_hubs_are_their_carrier_s_trouble():
    some = [(Site(1, "ghn", f"Hub {n}", "stalled"), 4) for n in range(5)]

    assert new_groups(some, known=()) == [WHOLE]
    assert new_groups(some[:-1], known=()) == []


def test_where_no_hub_is_known_it_takes_as_many_as_of_a_carrier():
    assert new_groups([(WHOLE, AT_A_CARRIER)], known=()) == [WHOLE]
    assert new_groups([(WHOLE, AT_A_HUB)], known=()) == []


def test_a_hub_s_own_parcels_do_not_count_for_its_carrier_again():
    assert new_groups([(X, 15), (Y, 9)], known=()) == [X]


def test_brands_and_kinds_are_kept_apart():
    late = Site(1, "ghn", "Hub X", "late")

    assert new_groups([(X, 6), (RIVAL, 6), (late, 6)], known=()) == []


def test_what_is_a_group_already_is_no_new_one():
    assert new_groups([(WHOLE, 50)], known={WHOLE}) == []


@pytest.mark.parametrize(
    ("size", "told", "news"),
    [(10, 0, True), (99, 10, False), (100, 10, True), (999, 100, False)],
)
def test_a_group_is_told_again_when_it_has_grown_tenfold(size, told, news):
    assert is_to_tell(size, told=told) is news


@pytest.mark.parametrize(
    ("still", "size", "over"),
    [
        (0, 10, True),
        (1, 10, True),
        (2, 10, False),
        (4, 41, True),
        (5, 41, False),
        (10, 100, False),
    ],
)
def test_a_group_ends_with_nine_of_ten_well_again(still, size, over):
    assert is_over(still, size=size) is over
