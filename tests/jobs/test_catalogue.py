from dataclasses import replace

import pytest
from tests import make

from track_service.core.status import Status
from track_service.http import Answer
from track_service.jobs.catalogue import jobs
from track_service.store import raw


@pytest.fixture
def catalogue(of):
    return {job.name: job for job in jobs(of.desk, of.post, of.mint, threads=16)}


def test_each_carrier_that_is_asked_has_a_job_of_its_own(catalogue):
    assert [name for name in catalogue if name.startswith("poll")] == [
        "poll ups",
        "poll fedex",
        "poll dhl_unified",
        "poll ghn",
        "poll ghtk",
    ]


def test_a_carrier_takes_three_quarters_of_the_threads_at_most(catalogue):
    assert catalogue["poll ups"].side_by_side == 12


def test_a_single_carrier_takes_every_thread(of):
    alone = replace(of.desk, carriers={"ups": of.desk.carriers["ups"]})

    poll = jobs(alone, of.post, of.mint, threads=16)[0]

    assert (poll.name, poll.side_by_side) == ("poll ups", 16)


def test_with_one_thread_each_carrier_still_has_one(of):
    polls = jobs(of.desk, of.post, of.mint, threads=1)

    assert {job.side_by_side for job in polls} == {1}


def test_the_jobs_of_an_idle_service_find_nothing_to_do(catalogue):
    assert {name: job.run() for name, job in catalogue.items()} == dict.fromkeys(
        catalogue, 0
    )


def test_a_poll_job_asks_for_what_is_due(of, brand, catalogue, answers, rows):
    make.a_parcel(of, brand, carrier="ghn", number="GHN1")
    answers.post(
        "https://online-gateway.ghn.vn/shiip/public-api/v2/shipping-order/detail",
        json={"code": 400, "message": "Đơn hàng không tồn tại", "data": None},
        status=400,
    )

    assert catalogue["poll ghn"].run() == 1

    assert rows("SELECT failures FROM poll WHERE asked_at IS NOT NULL")
    assert len(answers.calls) == 1


def test_judge_and_send_do_what_is_due(of, brand, catalogue, hands, rows):
    parcel = make.a_parcel(of, brand)
    event = make.an_event(Status.EXCEPTION, "damaged", at=hands.now())
    make.seen(of, parcel, make.a_tracking(event))
    hands.forward(days=30)

    assert catalogue["judge"].run() == 2  # the brand's own test page is judged too
    assert catalogue["send"].run() == 1  # without a mail server it is tried in vain

    (notice,) = rows("SELECT state, attempts FROM notice")
    assert notice == ("owed", 1)


def test_the_sweep_is_done_in_one_go(of, brand, catalogue, hands, rows):
    parcel = make.a_parcel(of, brand)
    keep(of, parcel, hands)
    hands.forward(days=31)

    assert catalogue["sweep"].run() == 0

    assert rows("SELECT id FROM raw_answer") == []


def keep(of, parcel, hands):
    with of.database.write() as session:
        raw.keep(
            session,
            "ghn",
            [(Answer(b"{}", 200), [parcel.id])],
            push=False,
            now=hands.now(),
            retention=of.desk.retention,
        )
        session.commit()
