"""The numbers of a brand, to its own people alone."""

from tests.make import a_parcel, an_order

from track_service.core.tally import Tally


def test_a_day_shows_what_came_and_was_seen(of, agent, brand):
    a_parcel(of, brand, order=an_order("O-1"))
    for _ in range(4):
        of.tallies.count(brand, Tally.PAGE_VIEW)
    of.tallies.flush()

    page = agent.get("/console/numbers?days=7")

    assert page.status_code == 200
    assert page.text.count('<th scope="row">') == 8
    total = page.text.split("All 7</th>")[1].split("</tr>")[0]
    assert "<td>1</td><td>1</td><td>0</td><td>–</td>" in total
    assert "<td>4</td><td>4.0</td>" in total


def test_nobody_reads_the_numbers_of_another_brand(agent, rival, person):
    for query in ("?brand=rival", "?brand=none", "?days=1000", "?days=x%00"):
        status = agent.get(f"/console/numbers{query}").status_code
        assert status == (200 if query == "?days=x%00" else 404)
    assert person().get("/console/numbers").status_code == 303
