"""A shop's hours are set and shown by command."""

import pytest


def test_hours_are_set_and_shown(operator, brand):
    first = operator("brand", "hours", "acme")
    changed = operator(
        "brand", "hours", "acme", "--cutoff", "16:00", "--days", "sat,mon"
    )
    taken = operator("brand", "hours", "acme", "--cutoff", "")

    assert "packs mon,tue,wed,thu,fri; an order counts for the day until midnight" in (
        first.stdout
    )
    assert "packs mon,sat; an order counts for the day until 16:00" in changed.stdout
    assert "packs mon,sat; an order counts for the day until midnight" in taken.stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [("--cutoff", "25:00"), ("--cutoff", "16:00:30"), ("--days", "mo"), ("--days", "")],
)
def test_nonsense_is_refused(operator, brand, option, value):
    result = operator("brand", "hours", "acme", option, value)

    assert result.exit_code == 1
    assert option.strip("-") in result.stderr
