import pytest
from tests.make import a_parcel, an_order

from track_service.core.parcel import Customer

HEADLINES = {
    "en": "We are waiting for the first scan.",
    "vi": "Đang chờ lượt quét đầu tiên.",
}


@pytest.mark.parametrize(
    ("asked", "browser", "customer", "spoken"),
    [
        pytest.param("vi", "en", "en", "vi", id="the address goes first"),
        pytest.param(
            None, "vi-VN,vi;q=0.9,en;q=0.8", "en", "vi", id="then the browser"
        ),
        pytest.param(None, "en;q=0.5, vi;q=0.9", None, "vi", id="its best one"),
        pytest.param(None, "pt-BR, vi;q=0, *", "vi", "vi", id="then the customer"),
        pytest.param("xx", "pt", "vi_VN", "vi", id="what nobody speaks counts not"),
        pytest.param(None, None, None, "en", id="else the shop's own"),
        pytest.param(None, ";;q=,\x7f", None, "en", id="rubbish counts not"),
    ],
)
def test_a_page_speaks_the_language_that_its_reader_reads(
    of, client, brand, asked, browser, customer, spoken
):
    order = an_order(customer=Customer(locale=customer))
    parcel = a_parcel(of, brand, order=order)
    headers = {"Accept-Language": browser} if browser else {}
    query = f"?lang={asked}" if asked else ""

    answer = client.get(f"/t/{parcel.token}{query}", headers=headers)

    assert f'<html lang="{spoken}"' in answer.text
    assert HEADLINES[spoken] in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_page_in_one_language_is_not_kept_as_another(of, client, brand):
    link = f"/t/{a_parcel(of, brand).token}"
    english = client.get(link, headers={"Accept-Language": "en"}).headers["ETag"]

    again = client.get(
        link, headers={"Accept-Language": "vi", "If-None-Match": english}
    )

    assert again.status_code == 200
    assert HEADLINES["vi"] in again.text


@pytest.mark.parametrize(
    ("browser", "language", "headline"),
    [
        ("de-AT,de;q=0.9", "de", "Zu diesem Link gibt es kein Paket."),
        ("es-MX", "es", "Este enlace no muestra ningún paquete."),
        ("fr-CA, en;q=0.4", "fr", "Ce lien ne mène à aucun colis."),
        ("pt-BR", "en", "This link shows no parcel."),
    ],
)
def test_a_wrong_link_is_told_in_the_browsers_language(
    client, browser, language, headline
):
    answer = client.get("/t/none", headers={"Accept-Language": browser})

    assert answer.status_code == 404
    assert f'<html lang="{language}"' in answer.text
    assert headline in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
