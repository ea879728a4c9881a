"""Rating a delivery and reviewing products: by tap, by form, by mail; never by a GET."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.make import a_parcel, a_tracking, ago, an_event, an_order, seen

from track_service.core.cases import CaseKind, Outcome
from track_service.core.parcel import Item
from track_service.core.status import Status
from track_service.services.cases import report
from track_service.services.review_link import invite
from track_service.services.second_factor import cookie_name, is_proven, prove
from track_service.store import cases
from track_service.store.cases import Report

BOUGHT = (Item("Lotus tea", 2, sku="tea"), Item("Clay cup", sku="cup"))
HOME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def come(of, brand):
    """Return a parcel that came some days ago."""

    def put(days=10, number="N1", status=Status.DELIVERED, **more):
        order = an_order(f"order-{number}", items=BOUGHT, **more.pop("order", {}))
        at = ago(of.clock.now(), days=days)
        parcel = a_parcel(of, brand, number=number, order=order, **more)
        return seen(of, parcel, a_tracking(an_event(status, at=at, city="Huế")))

    return put


@pytest.fixture
def invited(of, brand):
    """Return the path of a review page as a mail holds it."""

    def path(parcel):
        proof = invite(brand, parcel.order.number, wall=of.clock.wall())
        return f"/t/{parcel.token}/review/{proof}"

    return path


def tap(client, parcel, **said):
    return client.post(f"/t/{parcel.token}/feedback", data=said)


def test_one_tap_is_kept_though_the_rest_is_never_sent(client, come, rows):
    parcel = come()
    before = client.get(f"/t/{parcel.token}?lang=en").text

    tapped = tap(client, parcel, stars="4")
    after = client.get(tapped.headers["Location"]).text

    assert "How was the delivery?" in before
    assert tapped.status_code == 303
    assert "How likely are you to recommend" in after
    assert rows("SELECT stars, likely, region FROM feedback") == [(4, None, "Huế")]
    assert "Thank you for your rating" in client.get(f"/t/{parcel.token}?lang=en").text


def test_the_form_after_the_tap_ends_in_thanks(client, come, rows):
    parcel = come()
    tap(client, parcel, stars="4")

    sent = tap(client, parcel, likely="9", text="Kind courier\x07")

    assert "Thank you for telling us." in client.get(sent.headers["Location"]).text
    assert rows("SELECT stars, likely FROM feedback") == [(4, 9)]


def test_a_get_writes_nothing(client, come, rows, invited):
    parcel = come()

    client.get(f"/t/{parcel.token}/feedback?stars=1&likely=0")
    client.get(f"{invited(parcel)}?product=tea&stars=5")

    assert rows("SELECT count(*) FROM feedback") == [(0,)]
    assert rows("SELECT count(*) FROM review") == [(0,)]


@pytest.mark.parametrize(
    "said", [{}, {"stars": "6"}, {"stars": "-1"}, {"likely": "11"}, {"right": "maybe"}]
)
def test_what_is_no_answer_is_not_kept(client, come, rows, said):
    parcel = come()

    assert tap(client, parcel, **said).status_code == 422
    assert rows("SELECT count(*) FROM feedback") == [(0,)]


@pytest.mark.parametrize("status", [Status.IN_TRANSIT, Status.RETURNED])
def test_nothing_is_asked_or_kept_before_a_parcel_has_come(client, come, rows, status):
    parcel = come(days=1, status=status)

    sent = tap(client, parcel, stars="5")

    assert "How was the delivery?" not in client.get(f"/t/{parcel.token}?lang=en").text
    assert client.get(f"/t/{parcel.token}/feedback").status_code == 303
    assert sent.status_code == 303
    assert rows("SELECT count(*) FROM feedback") == [(0,)]


def test_an_unhappy_shopper_is_a_case_for_ops_once_with_what_they_wrote(
    client, come, of, rows
):
    parcel = come()

    tap(client, parcel, stars="1")
    tap(client, parcel, likely="0", text="Thrown over the fence")
    tap(client, parcel, stars="2")

    with of.database.read() as session:
        (case,) = cases.listed(session)
    assert (case.kind, case.text) == (CaseKind.UNHAPPY, "Thrown over the fence")
    page = client.get(f"/t/{parcel.token}?lang=en").text
    assert "Review what you bought" not in page
    assert client.get(f"/t/{parcel.token}/problem?told=unhappy").status_code == 303


def test_while_a_case_is_open_nothing_is_asked_and_then_whether_it_is_right(
    client, come, of, rows
):
    parcel = come()
    report(of.desk, parcel, Report(CaseKind.DAMAGED))
    during = client.get(f"/t/{parcel.token}?lang=en").text
    with of.database.write() as session:
        (case,) = cases.listed(session)
        cases.settle(session, case.id, Outcome.REFUNDED, now=of.clock.now())
        session.commit()

    after = client.get(f"/t/{parcel.token}?lang=en").text
    tap(client, parcel, right="yes")
    healed = client.get(f"/t/{parcel.token}?lang=en").text

    assert "How was the delivery?" not in during
    assert "Is everything all right now?" in after
    assert "Review what you bought" not in after
    assert "Review what you bought" in healed


def test_products_are_asked_for_once_they_were_used(client, come):
    fresh, used = come(days=2, number="N1"), come(days=9, number="N2")

    assert "Review what you" not in client.get(f"/t/{fresh.token}?lang=en").text
    assert "Review what you" in client.get(f"/t/{used.token}?lang=en").text


def test_a_review_needs_the_second_factor_or_the_mails_link(
    client, come, of, brand, invited
):
    parcel, other = come(), come(number="N2")
    path = f"/t/{parcel.token}/review"

    by_link = client.get(path)
    by_others = client.get(invited(other).replace(other.token, parcel.token))
    by_mail = client.get(f"{invited(parcel)}?product=tea&stars=4&lang=en")
    name = cookie_name(brand, parcel.order.number)
    proof = prove(brand, parcel.order.number, wall=of.clock.wall())
    client.set_cookie(name, proof, path="/t/")

    assert "/confirm" in by_link.headers["Location"]
    assert "/confirm" in by_others.headers["Location"]
    assert "Lotus tea" in by_mail.text
    assert re.search(r'name="stars:tea" value="4" checked', by_mail.text)
    assert "mai@shopper" not in by_mail.text
    assert client.get(path).status_code == 200


def test_a_mails_link_is_not_the_second_factor(come, of, brand):
    parcel = come()
    wall = of.clock.wall()
    proof = invite(brand, parcel.order.number, wall=wall)

    assert not is_proven(proof, brand, parcel.order.number, wall=wall)


def test_one_post_stores_a_review_and_a_replay_none(client, come, invited, rows):
    parcel = come()
    said = {"stars:tea": "5", "text:tea": "Fine", "name": "Mai", "publish": "yes"}

    for _ in range(3):
        sent = client.post(invited(parcel), data=said, headers=HOME)

    assert sent.status_code == 303
    assert rows("SELECT product, stars, state FROM review") == [("tea", 5, "pending")]
    page = client.get(sent.headers["Location"]).text
    assert "Clay cup" in page
    assert "Lotus tea" not in page


def test_two_posts_at_once_store_one_review(app, come, invited, rows):
    path = invited(come())

    def send(stars):
        data = {"stars:tea": str(stars), "stars:cup": str(stars)}
        return app.test_client().post(path, data=data, headers=HOME).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, (1, 2, 3, 4)))

    assert answers == [303] * 4
    assert rows("SELECT product FROM review ORDER BY product") == [("cup",), ("tea",)]


def test_a_form_from_elsewhere_is_refused(client, come, invited, rows):
    away = {"Sec-Fetch-Site": "cross-site"}

    sent = client.post(invited(come()), data={"stars:tea": "5"}, headers=away)

    assert sent.status_code == 403
    assert rows("SELECT count(*) FROM review") == [(0,)]


def test_without_consent_a_review_is_for_the_shop_alone(client, come, invited, rows):
    client.post(invited(come()), data={"stars:tea": "5"}, headers=HOME)

    assert rows("SELECT state, reason FROM review") == [("rejected", "no_consent")]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "stars:tea",
                "stars:gold",
                "stars:",
                "text:tea",
                "name",
                "publish",
                "right",
            ]
        )
        | st.text(max_size=8),
        st.sampled_from(["5", "0", "yes", "٣", "1e9"]) | st.text(max_size=40),
        max_size=5,
    )
)
def test_no_form_breaks_the_pages_or_stores_what_was_not_bought(
    client, come, invited, rows, of, brand, form
):
    if not (known := rows("SELECT token FROM shipment")):
        come()
        known = rows("SELECT token FROM shipment")
    token = known[0][0]
    proof = invite(brand, "order-N1", wall=of.clock.wall())

    by_mail = client.post(f"/t/{token}/review/{proof}", data=form, headers=HOME)
    by_link = client.post(f"/t/{token}/feedback", data=form)

    assert by_mail.status_code in (303, 422)
    assert by_link.status_code in (303, 422)
    assert set(rows("SELECT product, stars FROM review")) <= {("tea", 5)}


def test_where_nothing_can_be_reviewed_nobody_is_thanked_for_it(client, come, invited):
    parcel = come(order={"is_gift": True})

    answer = client.get(invited(parcel))

    assert answer.status_code == 303
    assert answer.headers["Location"].partition("?")[0] == f"/t/{parcel.token}"


def test_an_old_link_leads_to_the_parcel(client, come, invited, hands):
    path = invited(come())
    hands.forward(days=59)

    answer = client.get(path)

    assert answer.status_code == 303
    assert "/review" not in answer.headers["Location"]
