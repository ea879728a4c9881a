from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from tests.make import a_parcel, a_tracking, ago, an_event, an_order, seen

from track_service.core.cases import CaseKind, Outcome
from track_service.core.detail import Detail
from track_service.core.parcel import Address
from track_service.core.status import Status
from track_service.core.tracking import Stamp, Window
from track_service.services.second_factor import cookie_name, prove
from track_service.services.share_link import share_key
from track_service.store import cases

HOME = Address("12 Nguyễn Huệ", "Hồ Chí Minh", None, "700000", "VN")


@pytest.fixture
def to_state(of, brand):
    """Return a parcel in a state, its scan in Huế three hours old."""

    def put(status, number="N1", sub=None, **more):
        order = an_order(f"order-{number}", address=HOME)
        parcel = a_parcel(of, brand, number=number, order=order, **more)
        at = ago(of.clock.now(), hours=3)
        scan = an_event(status, sub, at=at, city="Huế", country="VN")
        return seen(of, parcel, a_tracking(scan))

    return put


@pytest.fixture
def buyer(client, of, brand):
    """Return a client that has given the second factor of a parcel's order."""

    def proven(parcel):
        number = parcel.order.number
        name = cookie_name(brand, number)
        proof = prove(brand, number, wall=of.clock.wall())
        client.set_cookie(name, proof, path="/t/")
        return client

    return proven


def opened(of):
    with of.database.read() as session:
        return cases.listed(session, is_open=None)


def jpeg(**more) -> bytes:
    made = BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "JPEG", **more)
    return made.getvalue()


def test_a_link_names_nobody_until_the_second_factor_is_given(client, to_state):
    parcel = to_state(Status.DELIVERED)
    before = client.get(f"/t/{parcel.token}")

    asked = client.post(
        f"/t/{parcel.token}/confirm", data={"factor": "mai@shopper.example"}
    )
    after = client.get(f"/t/{parcel.token}")

    for page in (before, after):
        assert "Nguyễn Huệ" not in page.text
        assert "mai@shopper" not in page.text
    assert "Mai Example" not in before.text
    assert asked.status_code == 303
    assert "Mai Example" in after.text
    assert "1••• N••• H•••, Hồ Chí Minh, 70•••" in after.text
    assert "m•••@shopper.example" in after.text
    assert "••• ••• ••00" in after.text
    assert "+8490" not in after.text
    assert before.headers["Cache-Control"] == "private, no-cache"
    assert after.headers["Cache-Control"] == "no-store"


def test_the_proof_of_delivery_is_linked_for_the_buyer_alone(of, client, brand, buyer):
    parcel = a_parcel(of, brand)
    given = an_event(Status.DELIVERED, at=ago(of.clock.now(), hours=3))
    detail = Detail(proof_url="https://pod.example/1.jpg")
    seen(of, parcel, a_tracking(given, detail=detail))

    before = client.get(f"/t/{parcel.token}").text
    after = buyer(parcel).get(f"/t/{parcel.token}").text

    assert "pod.example" not in before
    assert (
        'href="https://pod.example/1.jpg" rel="noopener noreferrer nofollow"' in after
    )
    assert "pod.example" not in client.get(f"/s/{share_key(parcel)}").text


def test_a_page_opened_by_the_second_factor_is_never_not_modified(
    client, buyer, to_state
):
    parcel = to_state(Status.DELIVERED)
    first = buyer(parcel).get(f"/t/{parcel.token}")

    again = client.get(
        f"/t/{parcel.token}", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert again.status_code == 200


def test_a_proof_opens_no_other_order(client, buyer, to_state):
    mine, other = to_state(Status.DELIVERED), to_state(Status.DELIVERED, "N2")
    buyer(mine)

    assert "Mai Example" not in client.get(f"/t/{other.token}").text
    asked = client.get(f"/t/{other.token}/problem")
    assert asked.headers["Location"].startswith(f"/t/{other.token}/confirm")


def test_a_proof_ends(client, buyer, to_state, hands):
    parcel = to_state(Status.DELIVERED)
    buyer(parcel)

    hands.forward(hours=2, minutes=1)

    assert "Mai Example" not in client.get(f"/t/{parcel.token}").text


def test_sixty_days_after_the_end_nobody_is_named_and_nothing_is_taken(
    client, buyer, to_state, hands
):
    parcel = to_state(Status.DELIVERED)
    hands.forward(days=59)
    assert "Mai Example" in buyer(parcel).get(f"/t/{parcel.token}").text

    hands.forward(days=2)
    page = buyer(parcel).get(f"/t/{parcel.token}")

    assert "Mai Example" not in page.text
    assert "/problem" not in page.text


def test_the_confirm_page_locks_after_five_and_offers_the_link(client, to_state, rows):
    parcel = to_state(Status.DELIVERED)
    path = f"/t/{parcel.token}/confirm?lang=en"
    seen = [client.post(path, data={"factor": "1234"}) for _ in range(6)]

    assert [page.status_code for page in seen] == [422] * 5 + [429]
    assert "tried too often" in seen[-1].text
    sent = client.post(f"/t/{parcel.token}/link?lang=en")
    assert "a mail with the link is on its way" in sent.text
    assert rows("SELECT kind FROM notice") == [("link",)]


def test_the_mailed_link_opens_the_order_by_a_button_alone(client, of, brand, to_state):
    parcel = to_state(Status.DELIVERED)
    number, wall = parcel.order.number, of.clock.wall()
    proof = prove(brand, number, wall=wall, span=timedelta(days=1))

    offered = client.get(f"/t/{parcel.token}/open/{proof}")
    assert offered.status_code == 200
    assert "Set-Cookie" not in offered.headers
    opened = client.post(f"/t/{parcel.token}/open/{proof}")

    assert opened.status_code == 303
    assert "Mai Example" in client.get(f"/t/{parcel.token}").text


def test_a_mailed_link_ends_and_is_its_order_s_alone(client, of, brand, to_state):
    parcel = to_state(Status.DELIVERED)
    wall = of.clock.wall()
    old = prove(brand, parcel.order.number, wall=wall, span=timedelta(0))
    other = prove(brand, "another", wall=wall)

    for proof in (old, other, "rubbish"):
        for answer in (client.get, client.post):
            made = answer(f"/t/{parcel.token}/open/{proof}")
            assert made.headers["Location"] == f"/t/{parcel.token}/confirm"
            assert "Set-Cookie" not in made.headers


@pytest.mark.parametrize(
    ("status", "offers"),
    [
        (Status.DELIVERED, True),
        (Status.ATTEMPT_FAILED, True),
        (Status.EXCEPTION, True),
        (Status.RETURNING, True),
        (Status.IN_TRANSIT, False),
        (Status.OUT_FOR_DELIVERY, False),
    ],
)
def test_a_late_failed_or_delivered_parcel_has_the_button(
    client, to_state, status, offers
):
    parcel = to_state(status)

    page = client.get(f"/t/{parcel.token}").text

    assert (f"/t/{parcel.token}/problem" in page) is offers


def test_a_late_parcel_has_the_button_too(of, client, to_state, hands):
    parcel = to_state(Status.IN_TRANSIT, promised_on=hands.now().date())
    scan = an_event(Status.IN_TRANSIT, at=hands.forward(days=2))
    seen(of, parcel, a_tracking(scan))

    assert f"/t/{parcel.token}/problem" in client.get(f"/t/{parcel.token}").text


@pytest.mark.parametrize(("after", "offers"), [(1, True), (0, False)])
def test_a_parcel_that_will_be_late_has_the_button_before_its_day_is_over(
    of, client, to_state, hands, after, offers
):
    promised = hands.now().date() + timedelta(days=3)
    parcel = to_state(Status.IN_TRANSIT, promised_on=promised)
    scan = an_event(Status.IN_TRANSIT, at=hands.forward(hours=2))
    day = Stamp.day(promised + timedelta(days=after))
    seen(of, parcel, a_tracking(scan, window=Window(day, day)))

    page = client.get(f"/t/{parcel.token}").text

    assert ("will be late" in page) is offers
    assert (f"/t/{parcel.token}/problem" in page) is offers


def test_a_report_opens_a_case_and_owes_ops_word_in_one(
    app, of, brand, client, buyer, to_state, rows
):
    parcel = to_state(Status.DELIVERED)
    data = {"kind": "not_received", "text": "Nothing\x00 at\r\nthe door"}

    answer = buyer(parcel).post(f"/t/{parcel.token}/problem?lang=en", data=data)

    (case,) = opened(of)
    assert answer.headers["Location"].endswith("/problem?lang=en&told=not_received")
    assert (case.kind, case.hub) == (CaseKind.NOT_RECEIVED, "Huế")
    assert case.text == "Nothing at\nthe door"
    assert case.due_at == of.clock.now() + timedelta(hours=24)
    thanks = client.get(answer.headers["Location"]).text
    assert "Thank you for telling us." in thanks
    assert "You hear from Acme by" in thanks
    assert "It says delivered, but I do not have it" in thanks
    assert "You hear from Acme by" in client.get(f"/t/{parcel.token}").text


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "You should have heard from Acme by"),
        ("vi", "Lẽ ra Acme phải trả lời bạn chậm nhất"),
    ],
)
def test_what_is_overdue_is_not_promised_anew_but_apologised_for(
    client, buyer, to_state, hands, language, says
):
    parcel = to_state(Status.DELIVERED)
    data = {"kind": "not_received"}
    buyer(parcel).post(f"/t/{parcel.token}/problem?lang=en", data=data)
    assert "You hear from Acme by" in client.get(f"/t/{parcel.token}?lang=en").text

    hands.forward(days=3)
    page = client.get(f"/t/{parcel.token}?lang={language}").text

    assert says in page
    assert "You hear from Acme by" not in page


def test_the_same_report_twice_is_one_case(of, buyer, to_state):
    parcel = to_state(Status.DELIVERED)
    client = buyer(parcel)

    for _ in range(2):
        data = {"kind": "damaged", "text": "wet"}
        assert client.post(f"/t/{parcel.token}/problem", data=data).status_code == 303

    assert len(opened(of)) == 1


def test_a_second_report_is_told_that_it_is_not_added(client, buyer, to_state):
    parcel = to_state(Status.DELIVERED)
    path = f"/t/{parcel.token}/problem?lang=en"
    first, second = (
        buyer(parcel).post(path, data={"kind": "damaged", "text": text})
        for text in ("wet", "and torn")
    )

    said = "what you sent just now was not added"
    assert said not in client.get(first.headers["Location"]).text
    answer = client.get(second.headers["Location"]).text
    assert said in answer
    assert "You hear from Acme by" in answer


def test_a_photo_is_kept_without_what_the_camera_wrote(of, buyer, to_state):
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    sent = jpeg(exif=exif, comment=b"Elm Road 7")
    parcel = to_state(Status.DELIVERED)

    data = {"kind": "damaged", "photo": (BytesIO(sent), "me.jpg")}
    buyer(parcel).post(f"/t/{parcel.token}/problem", data=data)

    (case,) = opened(of)
    with of.database.read() as session:
        kept = cases.photo(session, case.id)
    assert b"SpyCam" in sent
    assert kept.startswith(b"\xff\xd8")
    assert b"SpyCam" not in kept
    assert b"Elm Road" not in kept


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"GIF89a rubbish", id="rubbish"),
        pytest.param(b"<svg onload=alert(1)>", id="svg"),
        pytest.param(jpeg()[:200], id="cut off"),
        pytest.param(b"\xff\xd8" + b"0" * 5_000_001, id="too large"),
        pytest.param(b"\xff\xd8" + b"0" * 6_000_000, id="larger than is read"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(of, buyer, to_state, body):
    parcel = to_state(Status.DELIVERED)
    head = (
        b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\ndamaged\r\n--x\r\n'
        b'Content-Disposition: form-data; name="photo"; filename="x.jpg"\r\n\r\n'
    )

    answer = buyer(parcel).post(
        f"/t/{parcel.token}/problem?lang=en",
        data=head + body + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code == 422
    assert "We cannot read this photo." in answer.text
    assert opened(of) == []


def test_a_photo_of_too_many_pixels_is_told_of_as_that(of, buyer, to_state):
    parcel, sent = to_state(Status.DELIVERED), BytesIO()
    Image.new("1", (5000, 5000)).save(sent, "PNG")
    data = {"kind": "damaged", "photo": (BytesIO(sent.getvalue()), "me.png")}

    answer = buyer(parcel).post(f"/t/{parcel.token}/problem?lang=en", data=data)

    assert answer.status_code == 422
    assert "too many pixels" in answer.text
    assert opened(of) == []


@pytest.mark.parametrize("kind", ["", "rubbish", "nobody_came", "redeliver"])
def test_what_is_not_offered_is_not_taken(of, buyer, to_state, kind):
    parcel = to_state(Status.DELIVERED)

    answer = buyer(parcel).post(
        f"/t/{parcel.token}/problem?lang=en", data={"kind": kind}
    )

    assert answer.status_code == 422
    assert "Please choose what is wrong." in answer.text
    assert opened(of) == []


def test_without_the_second_factor_nothing_is_taken(client, of, to_state):
    parcel = to_state(Status.ATTEMPT_FAILED)

    for page in ("problem", "delivery"):
        path = f"/t/{parcel.token}/{page}"
        answer = client.post(path, data={"kind": "damaged", "text": "note"})
        assert answer.headers["Location"] == (
            f"/t/{parcel.token}/confirm?lang=en&then={page}"
        )
    assert opened(of) == []


def test_after_the_factor_the_wanted_page_comes(client, to_state):
    parcel = to_state(Status.ATTEMPT_FAILED)
    path = f"/t/{parcel.token}/confirm?lang=en"
    data = {"factor": "0000"}

    wanted = client.post(f"{path}&then=delivery", data=data)
    hostile = client.post(f"{path}&then=//evil.example", data=data)

    assert wanted.headers["Location"] == f"/t/{parcel.token}/delivery?lang=en"
    assert hostile.headers["Location"] == f"/t/{parcel.token}?lang=en"


@pytest.mark.parametrize("page", ["confirm", "link", "problem", "delivery", "open/x"])
def test_a_form_of_another_site_is_refused(buyer, of, to_state, page):
    parcel = to_state(Status.ATTEMPT_FAILED)
    headers = {"Origin": "https://evil.example"}

    answer = buyer(parcel).post(f"/t/{parcel.token}/{page}", headers=headers)

    assert answer.status_code == 403
    assert opened(of) == []


@pytest.mark.parametrize("page", ["confirm", "problem", "delivery", "open/x"])
def test_a_get_writes_nothing(buyer, of, to_state, rows, page):
    parcel = to_state(Status.ATTEMPT_FAILED)
    query = "SELECT version FROM shipment"
    before = rows(query)

    buyer(parcel).get(f"/t/{parcel.token}/{page}?told=damaged")

    assert rows(query) == before
    assert opened(of) == []
    assert rows("SELECT count(*) FROM tries")[0][0] == 0


@pytest.mark.parametrize("page", ["confirm", "problem", "delivery", "open/x"])
def test_an_unknown_link_has_no_pages(client, brand, page):
    assert client.get(f"/t/nobody/{page}").status_code == 404


def test_the_end_of_a_case_stands_on_the_page(of, client, buyer, to_state):
    parcel = to_state(Status.DELIVERED)
    buyer(parcel).post(f"/t/{parcel.token}/problem", data={"kind": "damaged"})
    (case,) = opened(of)
    with of.database.write() as session:
        cases.settle(session, case.id, Outcome.RESENT, now=of.clock.now())
        session.commit()

    page = client.get(f"/t/{parcel.token}?lang=en").text

    assert "Acme sends you a new one." in page
    assert "You hear from Acme by" not in page


def test_a_failed_attempt_can_be_rescued(of, client, buyer, to_state):
    parcel = to_state(Status.ATTEMPT_FAILED)
    path = f"/t/{parcel.token}/delivery?lang=en"
    form = buyer(parcel).get(path).text
    assert "1••• N••• H•••, Hồ Chí Minh, 70•••" in form
    assert "Nguyễn Huệ" not in form
    assert "2026-03-03" in form  # tomorrow, a Tuesday
    assert "2026-03-08" not in form  # Sunday

    data = {"day": "2026-03-03", "address_ok": "yes", "text": "Ring twice"}
    answer = client.post(path, data=data)

    (case,) = opened(of)
    assert (case.kind, str(case.wanted_on)) == (CaseKind.REDELIVER, "2026-03-03")
    assert (case.address_ok, case.address, case.text) == (True, None, "Ring twice")
    assert case.due_at == of.clock.now() + timedelta(hours=4)
    assert "We pass it on to" in client.get(answer.headers["Location"]).text
    page = client.get(f"/t/{parcel.token}").text
    assert "Ring twice" in page
    assert f"/t/{parcel.token}/delivery" not in page


def test_it_can_be_rescued_while_the_parcel_is_back_at_the_depot(of, brand, buyer):
    parcel, now = a_parcel(of, brand), of.clock.now()
    failed = an_event(Status.ATTEMPT_FAILED, at=ago(now, hours=5))
    back = an_event(Status.IN_TRANSIT, at=ago(now, hours=3))
    again = an_event(Status.OUT_FOR_DELIVERY, at=ago(now, hours=1))
    path = f"/t/{parcel.token}/delivery"

    seen(of, parcel, a_tracking(failed, back))
    assert path in buyer(parcel).get(f"/t/{parcel.token}").text
    seen(of, parcel, a_tracking(failed, back, again))
    assert path not in buyer(parcel).get(f"/t/{parcel.token}").text


def test_a_new_address_is_for_ops_to_confirm(of, buyer, to_state):
    parcel = to_state(Status.ATTEMPT_FAILED)
    data = {"address_ok": "no", "address": "7 Lê Lợi, Huế"}

    buyer(parcel).post(f"/t/{parcel.token}/delivery", data=data)

    (case,) = opened(of)
    assert (case.address_ok, case.address) == (False, "7 Lê Lợi, Huế")
    with of.database.read() as session:
        held = cases.by_id(session, case.id)
    assert "Lê Lợi" not in repr(held)


def test_it_is_enough_to_confirm_the_address(of, buyer, to_state):
    parcel = to_state(Status.ATTEMPT_FAILED)

    buyer(parcel).post(f"/t/{parcel.token}/delivery", data={"address_ok": "yes"})

    (case,) = opened(of)
    assert (case.address_ok, case.wanted_on, case.address) == (True, None, None)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Please choose a day"),
        ({"day": "2026-03-08"}, "Please choose a day"),
        ({"day": "1999-01-01"}, "Please choose a day"),
        ({"address_ok": "no", "address": " "}, "Please write the right address."),
    ],
)
def test_a_wish_that_says_nothing_is_asked_for_again(of, buyer, to_state, data, says):
    parcel = to_state(Status.ATTEMPT_FAILED)

    answer = buyer(parcel).post(f"/t/{parcel.token}/delivery?lang=en", data=data)

    assert answer.status_code == 422
    assert says in answer.text
    assert opened(of) == []


def test_only_a_failed_attempt_can_be_rescued(of, buyer, to_state):
    parcel = to_state(Status.DELIVERED)
    client = buyer(parcel)

    for ask in (client.get, client.post):
        answer = ask(f"/t/{parcel.token}/delivery")
        assert answer.headers["Location"].startswith(f"/t/{parcel.token}")
        assert "delivery" not in answer.headers["Location"]
    assert opened(of) == []


def test_a_hostile_note_is_shown_as_words(of, client, buyer, to_state):
    parcel = to_state(Status.ATTEMPT_FAILED)
    note = "<script>alert(1)</script>{{ 7*7 }}"

    buyer(parcel).post(f"/t/{parcel.token}/delivery", data={"text": note})
    page = client.get(f"/t/{parcel.token}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


def test_the_address_is_sealed(of, to_state, rows):
    to_state(Status.DELIVERED)

    (stored,) = rows("SELECT address FROM orders WHERE address IS NOT NULL")

    assert stored[0].startswith("gAAAA")
