from datetime import timedelta

from tests import make

from track_service.http import Answer
from track_service.services.sweep import sweep
from track_service.store import idempotency, raw


def keep(of, parcel, body, *, days):
    with of.database.write() as session:
        raw.keep(
            session,
            "ghn",
            [(Answer(body, 200), [parcel.id])],
            push=False,
            now=of.clock.now(),
            retention=timedelta(days=days),
        )
        session.commit()


def test_answers_go_when_their_time_is_over(of, brand, hands, rows):
    parcel = make.a_parcel(of, brand)
    keep(of, parcel, b"short", days=1)
    keep(of, parcel, b"long", days=2)

    assert sweep(of.database, now=hands.forward(hours=23)) == 0
    assert sweep(of.database, now=hands.forward(hours=1)) == 1

    assert len(rows("SELECT id FROM raw_answer")) == 1
    assert len(rows("SELECT raw_id FROM raw_shipment")) == 1


def test_idempotency_keys_live_a_week(of, brand, hands, rows):
    with of.database.write() as session:
        idempotency.keep(
            session, brand.id, "k", digest="d", public_id="p", now=hands.now()
        )
        session.commit()

    sweep(of.database, now=hands.forward(days=6))
    assert len(rows("SELECT key FROM idempotency")) == 1
    sweep(of.database, now=hands.forward(days=1, seconds=1))

    assert rows("SELECT key FROM idempotency") == []
