import json

import pytest
from tests.web.shop import bearer, parcel, small

from track_service.store import brands


def field(body, path, value):
    """Return a body with the value at a dotted path."""
    *above, name = path.split(".")
    target = body
    for step in above:
        target = target[int(step)] if step.isdecimal() else target[step]
    target[int(name) if name.isdecimal() else name] = value
    return body


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("order.number", 1001, id="a number that is no text"),
        pytest.param("order.number", "  ", id="blank"),
        pytest.param("order.number", "x" * 121, id="too long"),
        pytest.param("order.number", "10\x0001", id="NUL"),
        pytest.param("order.number", "10\ud80001", id="half a surrogate pair"),
        pytest.param("order.number", "10\u200b01", id="invisible"),
        pytest.param("order.number", "Erased-7", id="what erasure writes"),
        pytest.param("number", "123", id="too short"),
        pytest.param("number", "erased-17", id="an erased number"),
        pytest.param("number", "1Z\x00999", id="NUL in a number"),
        pytest.param("number", "9" * 81, id="number too long"),
        pytest.param("number", None, id="null"),
        pytest.param("carrier", "carrier_pigeon", id="no such carrier"),
        pytest.param("carrier", ["ghn"], id="list"),
        pytest.param("promised_on", "2025-02-30", id="no such day"),
        pytest.param("promised_on", "9999-12-31", id="the end of time"),
        pytest.param("promised_on", "2025-W01-1", id="a week"),
        pytest.param("promised_on", "07/03/2025", id="another order"),
        pytest.param("promised_on", "２０２５-03-07", id="wide digits"),
        pytest.param("promised_on", 20250307, id="a day as a number"),
        pytest.param("shipped_on", "2025-03-07T00:00:00Z", id="an instant"),
        pytest.param("postal", "7" * 21, id="postcode too long"),
        pytest.param("postal", {"code": "7"}, id="an object"),
        pytest.param("order.placed_at", "2025-03-01T09:00:00", id="without offset"),
        pytest.param("order.placed_at", "0001-01-01T00:00:00+14:00", id="long ago"),
        pytest.param("order.placed_at", "2025-03-01T09:00:00+99:00", id="far offset"),
        pytest.param("order.placed_at", "2025-03-01T24:61:00Z", id="no such hour"),
        pytest.param("order.placed_at", 1740794400, id="seconds since 1970"),
        pytest.param("order.cod_amount", 12.5, id="a float"),
        pytest.param("order.cod_amount", 12, id="an integer amount"),
        pytest.param("order.cod_amount", "-1", id="less than nothing"),
        pytest.param("order.cod_amount", "1e9", id="an exponent"),
        pytest.param("order.cod_amount", "NaN", id="not a number"),
        pytest.param("order.cod_amount", "1,000", id="a comma"),
        pytest.param("order.cod_amount", "9" * 13, id="beyond the column"),
        pytest.param("order.cod_amount", "1.999", id="three decimals"),
        pytest.param("order.cod_amount", "١٢", id="digits of another script"),
        pytest.param("order.cod_amount", "1 2", id="a space inside"),
        pytest.param("order.currency", "XXQ", id="no such currency"),
        pytest.param("order.currency", "₫", id="a sign"),
        pytest.param("order.customer.email", "an@", id="half an address"),
        pytest.param("order.customer.email", "an@localhost", id="no domain"),
        pytest.param(
            "order.customer.email", "a@example.com\r\nBcc: b@example.com", id="a header"
        ),
        pytest.param("order.customer.email", "a" * 250 + "@example.com", id="long"),
        pytest.param("order.customer.phone", "12", id="too few digits"),
        pytest.param("order.customer.phone", "call me", id="no digits"),
        pytest.param("order.customer.phone", "+999 123456789", id="no such country"),
        pytest.param("order.customer.phone", "+84901234567 ext 5", id="an extension"),
        pytest.param("order.customer.locale", "vietnamese", id="a language's name"),
        pytest.param("order.customer.locale", "../../etc", id="a path"),
        pytest.param("order.customer.name", "An\x00", id="NUL in a name"),
        pytest.param("order.customer.name", "A" * 201, id="name too long"),
        pytest.param("order.customer", "An", id="a customer that is a text"),
        pytest.param("order.customer", None, id="no customer at all"),
        pytest.param("order.items", {"title": "Tea"}, id="an object for a list"),
        pytest.param("order.items", [{"title": "Tea"}] * 201, id="201 items"),
        pytest.param("order.items.0", "Tea", id="an item that is a text"),
        pytest.param("order.items.0.title", "", id="no title"),
        pytest.param("order.items.0.title", 5, id="a title that is a number"),
        pytest.param("order.items.0.quantity", 0, id="none"),
        pytest.param("order.items.0.quantity", -1, id="fewer than none"),
        pytest.param("order.items.0.quantity", True, id="true"),
        pytest.param("order.items.0.quantity", "2", id="a quantity as text"),
        pytest.param("order.items.0.quantity", 1.5, id="a piece and a half"),
        pytest.param("order.items.0.quantity", 10**4000, id="beyond any shelf"),
        pytest.param("order.items.0.quantity", None, id="null pieces"),
        pytest.param("order.items.0.price", "-0.01", id="a negative price"),
        pytest.param("order.items.0.url", "javascript:alert(1)", id="a script"),
        pytest.param("order.items.0.url", "//shop.example/tea", id="no scheme"),
        pytest.param("order.items.0.url", "https://", id="no host"),
        pytest.param("order.items.0.url", "https://[::1", id="broken brackets"),
        pytest.param("order.items.0.url", "https://a:99999/", id="no such port"),
        pytest.param("order.items.0.image_url", "data:image/png;base64,", id="data"),
        pytest.param("order.items.0.image_url", "https://a/" + "x" * 2000, id="long"),
        pytest.param("order.items.0.colour", "green", id="an unknown item field"),
        pytest.param("order.note", "thanks", id="an unknown order field"),
        pytest.param("status", "delivered", id="an unknown field"),
    ],
)
def test_what_is_not_taken_is_named_by_its_path(shop, path, value):
    answer = shop.post(field(parcel(), path, value))

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == "urn:problem-type:track-service:invalid"
    assert list(answer.json["errors"]) == [path]
    assert all(answer.json["errors"][path])
    assert shop.get("?order=1001").json["shipments"] == []


def test_everything_that_is_wrong_is_told_at_once(shop):
    body = field(parcel(), "order.items.0.title", "")
    body = field(body, "order.customer.email", "x")
    body["carrier"] = "pigeon"
    del body["order"]["currency"]

    errors = shop.post(body).json["errors"]

    assert errors == {
        "carrier": [
            "No carrier has the code or name 'pigeon'."
            " `track-service carriers` lists them."
        ],
        "order.currency": ["Wanted where there is an amount."],
        "order.customer.email": ["Not an e-mail address."],
        "order.items.0.title": ["Blank: leave it out, or give null."],
    }


def test_a_number_that_does_not_tell_names_whose_it_may_be(shop):
    body = parcel("123456789")
    del body["carrier"]

    problem = shop.post(body).json

    assert problem["status"] == 422
    assert problem["candidates"] == ["ups", "nationex"]
    assert list(problem["errors"]) == ["carrier"]


def test_a_carrier_may_be_left_to_the_number(shop):
    body = parcel("1z999aa10123456784")
    del body["carrier"]

    made = shop.post(body).json

    assert (made["carrier"], made["carrier_stated"]) == ("ups", None)
    again = shop.post(parcel("1Z999AA10123456784", carrier="UPS Ground"))
    assert (again.status_code, again.json["id"]) == (409, made["id"])


def test_what_is_wrong_is_told_without_repeating_it(shop):
    body = field(parcel(), "order.customer.email", "secret-person@")

    assert "secret-person" not in shop.post(body).text


@pytest.mark.parametrize("document", [[], "text", 7, None, True])
def test_a_document_that_is_no_object_is_refused(shop, document):
    answer = shop.send(json.dumps(document))

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["body"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"\xff\xfe{\x00}\x00",
        b'{"a": "\xe9"}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"\x00" * 100,
    ],
    ids=lambda data: data[:12].decode("latin-1"),
)
def test_a_body_that_is_not_json_is_a_bad_request(shop, data):
    answer = shop.send(data)

    assert answer.status_code == 400
    assert answer.json["title"] == "Bad Request"


def test_many_unknown_fields_are_answered_briefly(shop):
    answer = shop.post({f"field-{n}": n for n in range(20_000)})

    assert answer.status_code == 422
    assert len(answer.json["errors"]) == 100


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", ""]
)
def test_another_media_type_is_refused(shop, content_type):
    answer = shop.send(json.dumps(small()), content_type)

    assert answer.status_code == 415
    assert answer.json["status"] == 415


def test_a_charset_beside_the_media_type_does_no_harm(shop):
    answer = shop.send(json.dumps(small()), "application/json; charset=utf-8")

    assert answer.status_code == 201


def test_a_body_above_the_limit_is_refused_unread(shop):
    body = parcel(postal="7" * 1_000_000)

    answer = shop.post(body)

    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/nothing", "/api/v2/x"])
def test_an_unknown_address_of_the_api_is_a_problem(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.json["instance"] == path


def test_an_unknown_address_elsewhere_is_a_page(client):
    answer = client.get("/nothing-here")

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_wrong_method_names_the_right_ones(shop, client, key):
    answer = client.patch("/api/v1/shipments", headers=bearer(key))

    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    assert answer.json["title"] == "Method Not Allowed"


@pytest.mark.parametrize("public_id", ["%00", "shp_%00", "..%2f", "a" * 27, "shp_é"])
def test_an_id_that_cannot_be_one_is_unknown(shop, public_id):
    assert shop.get(f"/{public_id}").status_code == 404
    assert shop.delete(public_id).status_code == 404


def test_a_number_that_is_there_already_names_its_shipment(shop):
    public_id = shop.post(parcel()).json["id"]

    answer = shop.post(parcel(order="another"))

    assert answer.status_code == 409
    assert answer.json["type"] == "urn:problem-type:track-service:already-registered"
    assert answer.json["id"] == public_id
    assert answer.json["href"].endswith(f"/api/v1/shipments/{public_id}")
    assert shop.get("?order=another").json["shipments"] == []


def test_what_broke_inside_is_logged_and_not_told(
    shop, client, key, monkeypatch, caplog
):
    def break_down(_session, _digest):
        raise RuntimeError("the inner secret")

    monkeypatch.setattr(brands, "by_key", break_down)

    answer = client.get("/api/v1/shipments", headers=bearer(key))

    assert answer.status_code == 500
    assert answer.json == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "instance": "/api/v1/shipments",
    }
    assert "the inner secret" in caplog.text


def test_strange_but_honest_values_are_kept(shop):
    body = parcel()
    body["order"]["customer"]["name"] = "  Zoë\u00a0\t O’Brien 👩‍👩‍👧  "
    body["order"]["items"] = [{"title": "茶" * 300}] * 200
    body["order"]["customer"]["locale"] = "ZH_hant_tw"
    body["order"]["customer"]["phone"] = "+44 20 7946 0018"
    body["order"]["currency"] = "vnd"

    order = shop.post(body).json["order"]

    assert order["customer"]["name"] == "Zoë O’Brien 👩‍👩‍👧"
    assert order["customer"]["locale"] == "zh-Hant-TW"
    assert order["customer"]["phone"] == "+442079460018"
    assert order["currency"] == "VND"
    assert len(order["items"]) == 200
