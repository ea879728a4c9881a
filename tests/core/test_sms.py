import pytest

from track_service.core.sms import Size, msisdn, size, unmarked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("a" * 160, Size("gsm7", 160, 1), id="one full message"),
        pytest.param("a" * 161, Size("gsm7", 161, 2), id="one place more"),
        pytest.param("a" * 306, Size("gsm7", 306, 2), id="two full segments"),
        pytest.param("a" * 307, Size("gsm7", 307, 3), id="a third begins"),
        pytest.param("€" * 80, Size("gsm7", 160, 1), id="two places each"),
        pytest.param("a" * 152 + "€" * 77, Size("gsm7", 306, 3), id="none is cut"),
        pytest.param("ạ" * 70, Size("ucs2", 70, 1), id="UCS-2"),
        pytest.param("ạ" * 71, Size("ucs2", 71, 2), id="two of UCS-2"),
        pytest.param("🙂" * 35, Size("ucs2", 70, 1), id="a pair of surrogates"),
        pytest.param("🙂" * 67, Size("ucs2", 134, 3), id="no pair is cut"),
        pytest.param("", Size("gsm7", 0, 1), id="empty"),
    ],
)
def test_a_text_is_paid_for_by_its_segments(text, told):
    assert size(text) == told


def test_vietnamese_without_its_marks_is_a_third_of_the_price():
    text = (
        "Trà Sen: Kiện hàng của bạn sẽ đến muộn hơn dự kiến. Chúng tôi xin lỗi vì sự"
        " chậm trễ này. https://track.example/t/0123456789abcdef"
    )

    plain = unmarked(text)

    assert plain.startswith("Tra Sen: Kien hang cua ban se den muon hon du kien.")
    assert plain.isascii()
    assert (size(text).segments, size(plain).segments) == (2, 1)


def test_typographic_signs_do_not_make_a_text_dear():
    assert unmarked("“Đơn” – 120.000 ₫…") == '"Don" - 120.000 d...'


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0901 234 567", "84901234567"),
        ("+84 901.234.567", "84901234567"),
        ("0084901234567", "84901234567"),
        ("84901234567", "84901234567"),
        ("901234567", "84901234567"),
        ("+49 170 1234567", "491701234567"),
        ("123", None),
        ("no number", None),
        ("+" + "1" * 16, None),
    ],
)
def test_a_number_is_read_however_it_is_written(written, read):
    assert msisdn(written, country="84") == read
