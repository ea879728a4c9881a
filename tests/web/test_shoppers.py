"""What each address of shoppers keeps to: a GET writes nothing, no input is an error."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dump import everything
from tests.make import a_parcel, a_tracking, ago, an_event, an_order, seen

from track_service.core.parcel import Customer, Item
from track_service.core.status import Status
from track_service.services import drafts, wishes
from track_service.services.review_link import invite
from track_service.services.second_factor import cookie_name, prove
from track_service.services.share_link import share_key
from track_service.store import brands
from track_service.web.gate import SHOPPERS

FIELDS = (
    "address", "day", "factor", "kind", "lang", "number", "photo", "product", "stars",
    "then", "told",
)  # fmt: skip
HEADERS = ("Accept-Language", "Cookie", "If-None-Match", "Origin", "Sec-Fetch-Site")
KINDS = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data")
WORDS = st.sampled_from(
    ["a\0b", "\ud800", "http://[", "9" * 40, "1e999", "zz-ZZ-zz", '{"a": "', "W" * 5000]
) | st.text(max_size=20)
NASTY = "<b>{{ 7 }} %s \u202egnp.exe\u2066 \x1b[31m" + "🎁👨‍👩‍👧" * 120


@pytest.fixture
def delivered(of, brand):
    """A parcel that came, of whose shop and carrier no word is to be trusted."""
    order = an_order(
        "#1/%00?" + NASTY[:40],
        items=(Item(NASTY[:500], 10**6, "LT/1", NASTY, image_url="https://x/\u202e"),),
        customer=Customer(NASTY[:200], "mai@shopper.example", "+84900000000", "xx"),
    )
    parcel = a_parcel(of, brand, order=order)
    at = ago(of.clock.now(), hours=3)
    scan = an_event(
        Status.DELIVERED, at=at, code=NASTY[:50], description=NASTY, city=NASTY[:100]
    )
    with of.database.write() as session:
        brands.set_logo(session, brand.id, "image/webp", b"RIFF\0no picture at all")
        session.commit()
    return seen(of, parcel, a_tracking(scan))


@pytest.fixture
def named(of, brand, delivered):
    """What fills each part of an address, as it is right for one that is asked for."""
    wall, number = of.clock.wall(), delivered.order.number
    with of.database.write() as session:
        draft = drafts.draft(session, brand, {}, now=wall, mint=of.mint)
        session.commit()

    def values(endpoint):
        is_wish = endpoint.startswith("wishes")
        is_review = endpoint.startswith("reviews")
        return {
            "code": brand.code,
            "digest": "0" * 32,
            "draft": draft,
            "edge": 56,
            "key": share_key(delivered),
            "name": "page.css",
            "product": "LT/1",
            "proof": invite(brand, number, wall=wall)
            if is_review
            else prove(brand, number, wall=wall),
            "state": "in_transit",
            "token": wishes.token(brand, ("ab" * 16,)) if is_wish else delivered.token,
        }

    return values


def asked(app, method):
    """Return the rules of what shoppers may ask for by a method."""
    ours = SHOPPERS | {"preview", "wishes"}
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in ours and method in rule.methods
    ]


@pytest.fixture
def buyer(client, of, brand, delivered):
    number = delivered.order.number
    proof = prove(brand, number, wall=of.clock.wall())
    client.set_cookie(cookie_name(brand, number), proof, path="/t/")
    return client


def path_of(rule, values):
    """Return an address; a rule's own way to write it takes no lone surrogates."""
    kept = {name: values[name] for name in rule.arguments}
    marks = {n: 7 if n == "edge" else f"mark-{n}-" for n in kept}
    path = rule.build(marks)[1]
    for name, mark in marks.items():
        path = path.replace(str(mark), escaped(str(kept[name])))
    return path


def test_no_page_that_is_only_looked_at_writes(app, of, buyer, named):
    rules = asked(app, "GET")
    before = everything(of)

    got = {
        (rule.rule, query): buyer.get(
            path_of(rule, named(rule.endpoint)) + query, buffered=True
        )
        for rule in rules
        for query in ("", "?lang=vi&stars=4&told=damaged&then=problem&saved=1")
    }

    assert len(rules) > 25
    assert {answer.status_code for answer in got.values()} <= {200, 302, 303, 404}
    shown = {rule for (rule, _), answer in got.items() if answer.status_code == 200}
    assert {"/t/<token>", "/t/<token>/problem", "/s/<key>", "/b/<code>/"} <= shown
    assert everything(of) == before


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_whatever_is_sent_is_no_error_of_ours(app, buyer, named, data):
    method = data.draw(st.sampled_from(["GET", "POST", "DELETE"]))
    rule = data.draw(st.sampled_from(asked(app, method)))
    part = data.draw(st.sampled_from([*sorted(rule.arguments), "nothing"]))
    values = named(rule.endpoint) | ({part: data.draw(WORDS)} if part != "edge" else {})
    said = data.draw(st.dictionaries(st.sampled_from(FIELDS), WORDS, max_size=4))
    query = "&".join(f"{name}={escaped(word)}" for name, word in said.items())
    told = data.draw(st.dictionaries(st.sampled_from(HEADERS), WORDS, max_size=2))

    answer = buyer.open(
        f"{path_of(rule, values)}?{query}",
        method=method,
        data=query,
        content_type=data.draw(st.sampled_from(KINDS)),
        headers={name: printable(word) for name, word in told.items()},
        buffered=True,
    )

    assert answer.status_code < 500


def escaped(word):
    return quote(word.encode("utf-8", "surrogatepass"), safe="")


def printable(word):
    """Return a word as a server lets it through in a header."""
    return "".join(c for c in word if c.isprintable() and ord(c) < 256)
