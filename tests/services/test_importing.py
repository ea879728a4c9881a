import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from track_service.core.parcel import Address, Order
from track_service.services.importing import Line, Report, import_csv
from track_service.services.minting import Mint
from track_service.services.register import NewShipment, register
from track_service.services.sheet import COLUMNS, BadFile, decoded
from track_service.store import shipments

HEADER = ",".join(COLUMNS)
SHORT = "order_number,carrier,number"


def row(**cells):
    return ",".join(cells.get(name, "") for name in COLUMNS)


def tea(number, order="1001", **cells):
    return row(order_number=order, carrier="ghn", number=number, **cells)


@pytest.fixture
def run(of, brand):
    def run(*lines, **options):
        return import_csv(
            [line + "\n" for line in lines],
            brand=brand,
            database=of.database,
            now=of.clock.now(),
            mint=Mint(),  # its secrets do not repeat where threads run
            **options,
        )

    return run


@pytest.fixture
def imported(of, brand):
    """The brand's parcels of an order, oldest first."""

    def read(order="1001"):
        with of.database.read() as session:
            found = shipments.page(
                session, brand.id, after=None, limit=5000, order_number=order
            )
        return found[::-1]

    return read


def test_a_line_becomes_a_parcel(run, imported):
    report = run(
        HEADER,
        '1001,ghn,GHN0001,2026-03-07,2026-03-01,outbound,Express,"Nguyễn, An",an@example.com,'
        "0901234567,vi,250000,VND,2026-03-01T09:00:00+07:00,700000,"
        "12 Lê Lợi,Huế,,VN,"
        "Lotus tea,2,TEA-1,125000,https://shop.example/tea,"
        "https://shop.example/tea.jpg",
    )

    assert report == Report(registered=1)
    (parcel,) = imported()
    assert (parcel.number, parcel.service) == ("GHN0001", "Express")
    assert parcel.order.customer.name == "Nguyễn, An"
    assert parcel.order.customer.phone == "+84901234567"
    assert parcel.order.address == Address("12 Lê Lợi", "Huế", None, None, "VN")
    assert parcel.order.items[0].title == "Lotus tea"
    assert parcel.order.items[0].quantity == 2
    assert parcel.order.items[0].image_url == "https://shop.example/tea.jpg"


def test_lines_of_one_parcel_are_its_items_wherever_they_stand(run, imported):
    report = run(
        HEADER,
        tea("GHN0001", item_title="Tea", currency="VND", customer_name="An"),
        tea("GHN0002", item_title="Cup"),
        tea("GHN0001", item_title="Pot", item_price="90000"),
    )

    assert report == Report(registered=2)
    first, second = imported()
    assert [item.title for item in first.order.items] == ["Tea", "Pot"]
    assert [item.title for item in second.order.items] == ["Cup"]


def test_what_lines_tell_of_one_parcel_must_agree(run, imported):
    report = run(
        HEADER,
        tea("GHN0001", promised_on="2026-03-07"),
        tea("GHN0001", promised_on="2026-03-08", item_title="Pot"),
    )

    assert report.refused == (
        Line(2, ("its parcel is refused with line 3.",)),
        Line(3, ("promised_on: differs from line 2.",)),
    )
    assert imported() == []


def test_one_refused_line_keeps_the_whole_file_out(run, imported, rows):
    report = run(HEADER, tea("GHN0001"), tea("GHN0002", customer_email="nobody"))

    assert report == Report(
        refused=(Line(3, ("customer_email: Not an e-mail address.",)),)
    )
    assert not report.is_done
    assert imported() == []
    assert "Nothing was imported." in str(report)


def test_refused_lines_are_skipped_at_the_operators_word(run, imported):
    report = run(
        HEADER,
        tea("GHN0001", item_title="Tea"),
        tea("GHN0002"),
        tea("GHN0001", item_title="Pot", item_quantity="none"),
        skip_refused=True,
    )

    assert (report.registered, report.known) == (1, 0)
    assert [line.number for line in report.refused] == [2, 4]
    assert report.is_done
    assert [parcel.number for parcel in imported()] == ["GHN0002"]


def test_all_that_is_wrong_with_a_line_is_told(run):
    report = run(
        HEADER,
        tea(
            "12",
            "  ",
            item_quantity="0",
            item_price="1,5".replace(",", ";"),
            promised_on="tomorrow",
            cod_amount="5",
        ),
    )

    (line,) = report.refused
    assert line.number == 2
    assert {reason.split(":")[0] for reason in line.reasons} == {
        "order_number",
        "number",
        "promised_on",
        "currency",
        "item_title",
        "item_quantity",
        "item_price",
    }


def test_reasons_do_not_repeat_what_is_personal(run):
    report = run(
        HEADER,
        tea("GHN0001", customer_email="secret@", customer_phone="0secret0"),
    )

    assert len(report.refused[0].reasons) == 2
    assert "secret" not in str(report)


def test_importing_again_changes_nothing(run, imported):
    lines = (HEADER, tea("GHN0001", item_title="Tea"), tea("GHN0002"))
    run(*lines)
    before = imported()

    assert run(*lines) == Report(registered=0, known=2)
    assert imported() == before


def test_a_parcel_that_the_brand_has_already_is_left_as_it_is(run, imported, of, brand):
    with of.database.write() as session:
        new = NewShipment(Order("1001"), "ghn", "GHN0001")
        register(session, brand, new, now=of.clock.now(), mint=of.mint)
        session.commit()

    assert run(HEADER, tea("GHN0001"), tea("GHN0002")) == Report(1, 1)
    assert len(imported()) == 2


def test_a_dry_run_tells_what_would_come_of_it(run, imported):
    run(HEADER, tea("GHN0001"))

    report = run(HEADER, tea("GHN0001"), tea("GHN0002"), dry_run=True)

    assert (report.registered, report.known) == (1, 1)
    assert "would be registered" in str(report)
    assert [parcel.number for parcel in imported()] == ["GHN0001"]


def test_an_import_that_is_cut_short_leaves_nothing(run, imported):
    def cut(done, _of):
        if done > 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(SHORT, *(f"1001,ghn,GHN{n:05}" for n in range(600)), progress=cut)

    assert imported() == []


def test_a_carrier_may_be_named_or_left_to_the_number(run, imported):
    report = run(
        SHORT,
        "1001,UPS Ground,1Z999AA10123456784",
        "1001,,S1.A1.17373471",
        reachable={"ups", "ghtk"},
    )

    assert report == Report(registered=2)
    assert [(p.carrier, p.carrier_stated) for p in imported()] == [
        ("ups", "UPS Ground"),
        ("ghtk", None),
    ]


def test_a_number_that_does_not_tell_its_carrier_refuses_its_line(run, imported):
    report = run(SHORT, "1001,,1Z999AA10123456784", reachable={"ghn"})

    assert report.refused == (
        Line(
            2,
            (
                "carrier: Wanted: the number alone does not tell whose it is;"
                " it may be ups.",
            ),
        ),
    )
    assert imported() == []


def test_lines_that_spell_one_parcel_differently_are_one(run, imported):
    report = run(
        HEADER,
        row(order_number="1", carrier="UPS®", number="1z999aa10123456784"),
        row(
            order_number="1",
            carrier="ups",
            number="1Z 999 AA1 0123456784",
            item_title="Pot",
        ),
    )

    assert report == Report(registered=1)
    assert imported("1")[0].order.items[0].title == "Pot"


def test_a_parcel_with_and_without_its_carrier_is_told_of(run):
    lines = ["1,ups,1Z999AA10123456784", "1,,1Z999AA10123456784"]

    report = run(SHORT, *lines, reachable={"ups"})

    assert report.refused == (Line(3, ("carrier: write it as in line 2.",)),)


def test_parcels_of_one_order_in_one_batch_add_up_what_they_tell(run, imported):
    run(
        HEADER,
        tea("GHN0001", customer_name="An"),
        tea("GHN0002", customer_email="an@example.com"),
    )

    customers = [parcel.order.customer for parcel in imported()]
    assert [(c.name, c.email) for c in customers] == [("An", "an@example.com")] * 2


def test_progress_is_told_batch_by_batch(run, imported):
    told = []

    report = run(
        SHORT,
        *(f"1001,ghn,GHN{n:05}" for n in range(1200)),
        progress=lambda done, of: told.append((done, of)),
    )

    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]
    assert report.registered == len(imported()) == 1200


def test_only_three_columns_are_needed_in_any_order(run, imported):
    assert run("NUMBER, Carrier ,order_number", "GHN0001, ghn ,1001").registered == 1
    assert imported()[0].carrier == "ghn"


def test_a_byte_order_mark_and_blank_lines_do_no_harm(run):
    report = run("\ufeff" + SHORT, "", "1001,ghn,GHN0001", " , ,", "")

    assert report == Report(registered=1)


def test_a_quoted_cell_may_span_lines(run, imported):
    report = run(
        "order_number,carrier,number,item_title",
        '1001,ghn,GHN0001,"Tea',
        '100 g"',
        "1001,ghn,x,",
    )

    assert report.refused[0].number == 4
    assert imported() == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1001,ghn", "2 cells instead of 3."),
        ("1001,ghn,GHN0001,extra", "4 cells instead of 3."),
        ("1001,ghn,GHN\x000001", "number: Control characters are not taken."),
        ("1001,ghn," + "9" * 90_000, "number: 4 to 80 characters."),
        ("1001,pigeon,GHN0001", "carrier: No carrier has the code or name 'pigeon'"),
        (",ghn,GHN0001", "order_number: Missing data"),
    ],
)
def test_a_wrong_line_is_refused_by_its_number(run, line, reason):
    report = run(SHORT, line)

    assert report.refused[0].number == 2
    assert any(told.startswith(reason) for told in report.refused[0].reasons)


def test_lines_without_a_number_are_not_taken_for_one_parcel(run):
    report = run(SHORT, "1,ghn,", "2,ghn,")

    assert [line.reasons for line in report.refused] == [
        ("number: Missing data for required field.",)
    ] * 2


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((), "empty"),
        (("",), "empty"),
        (("order_number,carrier",), "no column number"),
        ((SHORT + ",mail",), "unknown column 'mail'"),
        ((SHORT + ",number",), "column number twice"),
        (("order_number;carrier;number",), "Commas separate columns"),
        (("order,number",), "which are order_number, carrier, number, promised_on"),
        ((SHORT, '1001,ghn,"GHN0001'), "line 2"),
        ((SHORT, '1001,ghn,"GHN"0001'), "line 2"),
        ((SHORT, "1001,ghn," + "9" * 200_000), "line 2: field larger"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_imported(run, lines, reason):
    with pytest.raises(BadFile, match=reason):
        run(*lines, skip_refused=True)


def test_bytes_that_are_not_utf_8_are_named_by_their_line(of, brand, imported):
    file = io.BytesIO(f"{SHORT}\n1001,ghn,GHN0001\nN\xb01,ghn,GHN2\n".encode("latin-1"))

    with pytest.raises(BadFile, match="line 3: not UTF-8"):
        import_csv(
            decoded(file),
            brand=brand,
            database=of.database,
            now=of.clock.now(),
            mint=of.mint,
            skip_refused=True,
        )
    assert imported() == []


def test_a_file_opened_as_text_in_another_encoding_is_not_imported(of, brand):
    file = io.TextIOWrapper(io.BytesIO(b"order_number\xff\n"), encoding="utf-8")

    with pytest.raises(BadFile, match="not UTF-8"):
        import_csv(
            file,
            brand=brand,
            database=of.database,
            now=of.clock.now(),
            mint=of.mint,
        )


def test_too_many_items_are_refused(run):
    report = run(HEADER, *(tea("GHN0001", item_title="Tea") for _ in range(201)))

    assert len(report.refused) == 201
    assert report.refused[0].reasons == ("items: Longer than maximum length 200.",)


def test_a_long_report_is_cut_for_people():
    refused = tuple(Line(n, ("carrier: wrong",)) for n in range(2, 500))

    told = str(Report(refused=refused))

    assert "line 101: carrier: wrong" in told
    assert told.endswith("… and 398 more lines.")


def test_two_imports_of_one_order_at_once_leave_each_parcel_once(run, imported):
    lines = [SHORT, *(f"1001,ghn,GHN{n:05}" for n in range(40))]
    barrier = Barrier(3)

    def at_once(_):
        barrier.wait()
        return run(*lines)

    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(at_once, range(3)))

    assert sum(report.registered for report in reports) == 40
    assert sum(report.known for report in reports) == 80
    assert len(imported()) == 40
