from datetime import date, timedelta

import pytest

from track_service.services.backtests.scores import (
    Guess,
    auc,
    average_precision,
    figures,
    mae_apart,
    ranking_apart,
)

FIRST = date(2026, 3, 2)


def guess(took, eta, *, p_late=None, late=None, day=0, window=None):
    start, until = window or (None, None)
    day = FIRST + timedelta(days=day)
    return Guess(day, took, eta, start, until, p_late, late)


def test_errors_are_days_and_windows_count_what_lies_within():
    found = figures(
        [
            guess(4, 5, window=(3, 6)),
            guess(4, 7, window=(5, 9)),
            guess(4, 4, window=(4, 5)),
        ]
    )

    assert (found.parcels, found.mae, found.median) == (3, pytest.approx(4 / 3), 1)
    assert found.coverage == pytest.approx(2 / 3)
    assert found.width == pytest.approx(8 / 3)
    assert (found.auc, found.ap) == (None, None)
    assert figures([]) is None


RANKED = [(0.1, False), (0.2, True), (0.4, False), (0.4, True), (0.9, True)]


def test_ranking_counts_pairs_and_ties_half():
    assert auc(RANKED, [1] * 5) == pytest.approx((1 + 1.5 + 2) / 6)
    assert average_precision(RANKED, [1] * 5) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert auc([(0.1, True)], [1]) is None
    assert average_precision([(0.1, False)], [1]) is None


def test_a_weight_is_as_many_parcels():
    doubled = sorted([*RANKED, RANKED[1], RANKED[2]])

    for ranking in (auc, average_precision):
        weighted = ranking(RANKED, [1, 2, 2, 1, 1])
        assert weighted == pytest.approx(ranking(doubled, [1] * 7))


def test_a_lead_on_every_day_is_sure():
    ours = [guess(4, 5, day=n % 10) for n in range(100)]
    theirs = [guess(4, 6 + n % 10 / 10, day=n % 10) for n in range(100)]

    low, high = mae_apart(ours, theirs)

    assert -1.9 <= low < high <= -1
    assert low < -1.45 < high
    assert mae_apart(ours, ours) == (0, 0)
    assert mae_apart(ours, theirs) == (low, high)


def test_ranks_are_compared_on_the_same_parcels():
    late = [n % 3 == 0 for n in range(90)]
    ours, theirs = (
        [guess(4, 4, p_late=score(n), late=late[n], day=n % 9) for n in range(90)]
        for score in (lambda n: float(late[n]), lambda n: n % 7 / 7)
    )

    low, high = ranking_apart(ours, theirs, auc)

    assert 0.2 < low <= high < 0.8
    assert ranking_apart([guess(4, 4)], [guess(4, 4)], auc) is None
