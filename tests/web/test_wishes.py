"""What a shopper wants to be told: one click that ends it, and a page to choose on."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import make
from tests.channels.mail import Mailroom, serving

from track_service.config import Smtp
from track_service.core.parcel import Customer
from track_service.core.status import Status
from track_service.core.wishes import Purpose, Wishes, channel_subject
from track_service.services import wishes
from track_service.services.notify import send_owed
from track_service.services.second_factor import cookie_name, prove
from track_service.store import shoppers, ways

SHOPPER = "ab" * 16


@pytest.fixture
def mailroom():
    room = Mailroom()
    with serving(room) as port:
        room.port = port
        yield room


@pytest.fixture
def settings(settings, mailroom):
    return replace(settings, smtp=Smtp("127.0.0.1", mailroom.port, tls="none"))


@pytest.fixture
def mails(mailroom):
    def read():
        return [message_from_bytes(one, policy=default) for one in mailroom.letters]

    return read


@pytest.fixture
def token(of, brand):
    return wishes.token(brand, (SHOPPER,))


@pytest.fixture
def chosen(of, brand):
    def read():
        with of.database.read() as session:
            return wishes.wishes_of(session, wishes.Link(brand, (SHOPPER,)))

    return read


def test_one_click_unsubscribes_without_a_page(client, token, chosen, rows):
    told = {"List-Unsubscribe": "One-Click"}
    elsewhere = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}

    for _ in range(2):
        response = client.post(f"/unsubscribe/{token}", data=told, headers=elsewhere)
        assert response.status_code == 200

    assert not chosen().allow(Purpose.UPDATES)
    kept = rows("SELECT subject, value, source FROM shopper_choice")
    assert [tuple(row) for row in kept] == [("updates", "no", "one click")]


def test_opening_the_link_shows_a_button_and_writes_nothing(client, token, rows):
    page = client.get(f"/unsubscribe/{token}?lang=en")

    assert "<button" in page.text
    assert 'method="post"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert rows("SELECT id FROM shopper_choice") == []


def test_the_page_keeps_what_is_chosen(client, token, chosen, rows):
    page = client.get(f"/preferences/{token}?lang=en").text
    assert re.findall(r'value="(\w+)" checked', page) == [
        "updates",
        "review",
        "email",
        "en",
    ]

    form = {"purpose": ["marketing"], "channel": [], "language": "vi"}
    response = client.post(f"/preferences/{token}", data=form)

    assert response.status_code == 303
    saved = client.get(response.location).text
    assert '<html lang="vi"' in saved
    assert re.findall(r'value="(\w+)" checked', saved) == ["marketing", "vi"]
    theirs = chosen()
    assert theirs.language == "vi"
    assert [theirs.allow(p) for p in Purpose] == [False, False, True]
    assert not theirs.take("email")
    client.post(f"/preferences/{token}", data=form | {"purpose": ["updates"]})
    subjects = [s for (s,) in rows("SELECT subject FROM shopper_choice ORDER BY id")]
    assert subjects.count("updates") == 2  # what was chosen before stays to be shown
    assert subjects.count("language") == 1


def test_forms_of_other_sites_choose_nothing(client, token, rows):
    elsewhere = {"Sec-Fetch-Site": "cross-site"}

    response = client.post(f"/preferences/{token}", data={}, headers=elsewhere)

    assert response.status_code == 403
    assert rows("SELECT id FROM shopper_choice") == []


@pytest.mark.parametrize("path", ["unsubscribe", "preferences"])
@pytest.mark.parametrize("token", ["x", "gAAAAAB", "%00", "é"])
def test_a_link_that_is_not_ours_opens_nothing(client, brand, path, token):
    assert client.get(f"/{path}/{token}").status_code == 404
    assert client.post(f"/{path}/{token}").status_code == 404


def test_a_mail_carries_the_links_and_after_one_click_none_comes(
    of, brand, client, mails, hands
):
    def trouble(number):
        parcel = make.a_parcel(of, brand, number=number, order=make.an_order(number))
        event = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
        make.seen(of, parcel, make.a_tracking(event, number=number))
        send_owed(of.post)

    trouble("N1")
    (mail,) = mails()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://track.example/unsubscribe/")
    body = mail.get_body(("plain",)).get_content()
    (page,) = re.findall(r"https://track\.example(/preferences/\S+)", body)
    assert client.get(page).status_code == 200

    client.post(link.removeprefix("https://track.example"))
    trouble("N2")

    assert len(mails()) == 1


def test_messages_speak_the_language_that_was_chosen(of, brand, client, mails):
    parcel = make.a_parcel(of, brand)
    with of.database.write() as session:
        shoppers.key(session, brand.id, fresh="key")
        who = wishes.of_customer(session, brand, parcel.order.customer).names
        session.commit()
    client.post(
        f"/preferences/{wishes.token(brand, who)}",
        data={"purpose": "updates", "channel": "email", "language": "vi"},
    )
    event = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
    make.seen(of, parcel, make.a_tracking(event))

    send_owed(of.post)

    (mail,) = mails()
    assert mail["Content-Language"] == "vi"


@pytest.fixture
def proven(of, client, brand):
    """Get a page as whoever gave the order's second factor gets it."""

    def run(path, number):
        proof = prove(brand, number, wall=of.clock.wall())
        client.set_cookie(cookie_name(brand, number), proof, path="/t/")
        return client.get(path).text

    return run


def test_who_has_a_phone_alone_reaches_the_page_by_the_second_factor(
    of, brand, client, proven
):
    by_phone = Customer("Mai", None, "+84901234567")
    parcel = make.a_parcel(of, brand, order=make.an_order(customer=by_phone))
    with of.database.write() as session:
        shoppers.key(session, brand.id, fresh="key")
        session.commit()
    assert "/preferences/" not in client.get(f"/t/{parcel.token}").text

    page = proven(f"/t/{parcel.token}?lang=en", parcel.order.number)
    (href,) = re.findall(r'href="https://track\.example(/preferences/[^"]+)"', page)
    client.post(href.partition("?")[0], data={"channel": ["email"]})

    with of.database.read() as session:
        theirs = wishes.of_customer(session, brand, by_phone)
        both = wishes.of_customer(
            session, brand, Customer("Mai", "mai@shopper.example", "+84901234567")
        )
        other = wishes.of_customer(session, brand, Customer("An", "an@shopper.example"))
    assert [one.allow(Purpose.UPDATES) for one in (theirs, both, other)] == [
        False,
        False,
        True,
    ]


def test_what_is_chosen_under_both_names_holds_for_the_phone_alone_too(
    of, brand, client
):
    both = Customer("Mai", "mai@shopper.example", "+84901234567")
    with of.database.write() as session:
        shoppers.key(session, brand.id, fresh="key")
        names = wishes.of_customer(session, brand, both).names
        session.commit()

    client.post(f"/unsubscribe/{wishes.token(brand, names)}")

    with of.database.read() as session:
        by_phone = Customer("Mai", None, "+84901234567")
        theirs = wishes.of_customer(session, brand, by_phone)
    assert not theirs.allow(Purpose.UPDATES)


def test_a_mail_s_link_speaks_for_its_own_address_alone(
    of, brand, client, mails, hands
):
    theirs = Customer("Eve", "eve@shopper.example", "+84901234567")
    order = make.an_order(customer=theirs)
    parcel = make.a_parcel(of, brand, order=order)
    with of.database.write() as session:
        shoppers.key(session, brand.id, fresh="key")
        session.commit()
    event = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
    make.seen(of, parcel, make.a_tracking(event))
    send_owed(of.post)
    (mail,) = mails()
    link = mail["List-Unsubscribe"].strip("<>")

    client.post(link.removeprefix("https://track.example"))

    with of.database.read() as session:
        may = [
            wishes.of_customer(session, brand, one).allow(Purpose.UPDATES)
            for one in (theirs, Customer("Mai", "mai@shopper.example", theirs.phone))
        ]
    assert may == [False, True]


def test_what_a_mail_s_page_shows_holds_for_mails_whatever_the_phone_refused(
    of, brand, client, mails
):
    both = Customer("Mai", "mai@shopper.example", "+84901234567")
    order = make.an_order(customer=both)
    parcel = make.a_parcel(of, brand, order=order)
    with of.database.write() as session:
        shoppers.key(session, brand.id, fresh="key")
        for place, code in enumerate(("email", "zalo_zns")):
            ways.put(session, brand.id, ways.Way(code), place=place)
        theirs = wishes.of_customer(session, brand, both)
        page = wishes.links("", brand, theirs)["page"]
        phone = wishes.token(brand, theirs.names[1:])
        session.commit()
    client.post(f"/unsubscribe/{phone}")

    shown = client.get(page).text

    assert re.findall(r'name="purpose" value="(\w+)" checked', shown) == [
        "updates",
        "review",
    ]
    assert re.findall(r'name="channel" value="(\w+)"', shown) == ["email"]
    event = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
    make.seen(of, parcel, make.a_tracking(event))
    send_owed(of.post)
    (mail,) = mails()
    assert both.email in mail["To"]


def test_a_refusal_under_any_name_counts_and_else_the_first_that_says_something():
    said = {
        "mail": {"updates": "yes", "review": "no", "language": "vi"},
        "phone": {"updates": "no", "review": "yes", "language": "en", "x": "yes"},
    }

    assert Wishes.of(("mail", "phone"), said) == Wishes(
        ("mail", "phone"),
        {"updates": "no", "review": "no", "language": "vi", "x": "yes"},
        said["mail"],
    )


@given(
    st.dictionaries(
        st.sampled_from([*Purpose, channel_subject("email")]),
        st.sampled_from(["yes", "no"]),
    )
)
def test_what_was_never_said_is_as_usual(chosen):
    theirs = Wishes((SHOPPER,), chosen)

    assert theirs.allow(Purpose.UPDATES) == (chosen.get("updates") != "no")
    assert theirs.allow(Purpose.MARKETING) == (chosen.get("marketing") == "yes")
    assert theirs.take("email") == (chosen.get("channel:email") != "no")
    assert theirs.take("zalo_zns")
