import base64
from io import BytesIO

import pytest
from PIL import Image

from track_service.core.parcel import Brand
from track_service.services import brands
from track_service.services.brands import WrongBrand, new_brand
from track_service.store import brands as store
from track_service.web.auth import digest


@pytest.fixture
def add(of):
    def run(brand):
        with of.database.write() as session:
            made = brands.add(session, brand, now=of.clock.now(), mint=of.mint)
            session.commit()
        return made

    return run


def test_a_new_brand_is_in_shadow_mode():
    brand = new_brand(
        "nha-xinh", "  Nhà Xinh ", locale="vi-VN", zone="Asia/Ho_Chi_Minh"
    )

    assert brand == Brand(
        0, "nha-xinh", "Nhà Xinh", locale="vi-VN", zone="Asia/Ho_Chi_Minh"
    )
    assert brand.sending is False


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("code", {"code": ""}),
        ("code", {"code": "Acme"}),
        ("code", {"code": "-acme"}),
        ("code", {"code": "a" * 40}),
        ("name", {"name": "  "}),
        ("name", {"name": "Acme\r\nBcc: all@example.com"}),
        ("primary", {"theme": {"primary": "red"}}),
        ("primary", {"theme": {"primary": "#12345g"}}),
        ("zone", {"zone": "Mars/Base"}),
        ("zone", {"zone": "../etc/passwd"}),
        ("zone", {"zone": "Europe"}),
        ("zone", {"zone": ""}),
        ("locale", {"locale": "xx"}),
        ("languages", {"languages": ("en", "xx")}),
        ("mail_from", {"mail_from": "Acme"}),
        ("support_email", {"support_email": "help at acme"}),
        ("webhook_url", {"webhook_url": "acme.example/hook"}),
        ("support_url", {"support_url": "javascript:alert(1)"}),
        ("ops_urls", {"ops_urls": ("ops@acme.example",)}),
        ("ops_urls", {"ops_urls": ("file:///etc/passwd",)}),
    ],
)
def test_a_wrong_field_is_refused_with_its_name(field, given):
    with pytest.raises(WrongBrand, match=f"^{field}: "):
        new_brand(**{"code": "acme", "name": "Acme", **given})


def test_a_brand_keeps_what_it_was_given(of, add, rows):
    brand = new_brand(
        "acme",
        "Acme",
        locale="vi",
        zone="Europe/Berlin",
        theme={"primary": "#8a3324"},
        support_url="https://acme.example/help",
        support_email="help@acme.example",
        support_phone="+49 30 1234",
        mail_from="Acme <shop@acme.example>",
        webhook_url="https://acme.example/hook?x=1",
        ops_urls=("slack://a/b/c",),
    )
    made = add(brand)

    with of.database.read() as session:
        kept = store.by_code(session, "acme")
    assert kept == made.brand
    assert (kept.theme, kept.ops_urls) == ({"primary": "#8a3324"}, ("slack://a/b/c",))
    (row,) = rows("SELECT webhook_url, webhook_secret, ops_urls FROM brand")
    assert not any("acme" in sealed or "slack" in sealed for sealed in row)


def test_its_secrets_are_kept_as_digests(of, add, rows):
    made = add(new_brand("acme", "Acme"))

    with of.database.read() as session:
        assert store.by_key(session, digest(made.key)) == made.brand
        assert store.by_key(session, digest("tsk_wrong")) is None
        assert store.by_hook_secret(session, digest(made.hook_secret)) == made.brand
        assert store.by_hook_secret(session, digest(made.key)) is None
    assert made.key.startswith("tsk_")
    (row,) = rows("SELECT hint, digest FROM api_key")
    assert made.key not in row
    assert row.hint == made.key[:8]


def test_a_webhook_gets_a_signing_secret(add):
    made = add(new_brand("acme", "Acme", webhook_url="https://acme.example/hook"))

    scheme, _, secret = made.brand.webhook_secret.partition("_")
    assert scheme == "whsec"
    assert len(base64.b64decode(secret, validate=True)) >= 22


def test_without_a_webhook_there_is_no_signing_secret(add):
    assert add(new_brand("acme", "Acme")).brand.webhook_secret is None


def test_its_test_page_can_be_looked_at(add, client):
    made = add(new_brand("acme", "Acme"))

    page = client.get(f"/t/{made.test_token}")

    assert page.status_code == 200
    assert "A test item" in page.text


def test_a_code_is_used_once(add):
    add(new_brand("acme", "Acme"))

    with pytest.raises(store.BrandExists, match="acme"):
        add(new_brand("acme", "Another"))


def a_logo(size=(240, 80), kind="PNG", colour="#14532d"):
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def test_a_logo_is_shown_on_the_brand_s_pages(of, made, client):
    with of.database.write() as session:
        brand = brands.set_logo(session, made.brand, a_logo())
        session.commit()

    page = client.get(f"/t/{made.test_token}").text
    served = client.get(brand.theme["logo_path"])

    assert f'<img src="{brand.theme["logo_path"]}" alt="Acme"' in page
    assert served.content_type == "image/webp"
    assert "immutable" in served.headers["Cache-Control"]
    with Image.open(BytesIO(served.data)) as shown:
        assert shown.size == (240, 80)
        assert shown.convert("RGB").getpixel((120, 40)) == (0x14, 0x53, 0x2D)


def test_a_logo_is_drawn_as_small_as_a_page_needs_it(of, made, client):
    grain = Image.effect_noise((600, 600), 90)
    file = BytesIO()
    grain.save(file, "JPEG", quality=1)
    with of.database.write() as session:
        brand = brands.set_logo(session, made.brand, file.getvalue())
        session.commit()

    served = client.get(brand.theme["logo_path"])

    with Image.open(BytesIO(served.data)) as shown:
        assert shown.size == (160, 160)
    assert len(served.data) <= 20_000


def test_a_new_logo_takes_the_place_of_the_last_under_a_new_address(of, made, client):
    with of.database.write() as session:
        first = brands.set_logo(session, made.brand, a_logo())
        second = brands.set_logo(session, first, a_logo(kind="GIF", colour="#c33"))
        session.commit()

    assert first.theme["logo_path"] != second.theme["logo_path"]
    assert client.get(second.theme["logo_path"]).content_type == "image/webp"


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        pytest.param(b"<svg onload='x()'>", "no picture", id="might hold script"),
        pytest.param(a_logo()[:60], "no picture", id="damaged"),
        pytest.param(a_logo() + bytes(200_000), "200000 bytes", id="too large"),
        pytest.param(a_logo((4000, 4000)), "too many pixels", id="too many pixels"),
        pytest.param(b"", "no picture", id="empty"),
    ],
)
def test_what_is_no_logo_is_refused(of, made, picture, said):
    with (
        of.database.write() as session,
        pytest.raises(brands.WrongBrand, match=f"logo: .*{said}"),
    ):
        brands.set_logo(session, made.brand, picture)


def test_a_brand_without_a_logo_serves_none(client, made):
    assert client.get("/brand/acme/logo").status_code == 404
