"""People at the console, each with a browser that keeps cookies and shows tokens."""

import re

import pytest
from sqlalchemy import text
from tests import make
from tests.web.shop import add_brand

from track_service.core.staff import Role
from track_service.core.status import Status
from track_service.services import users
from track_service.services.queue_upkeep import keep_up

PASSWORD = "correct horse battery"


class Person:
    """Somebody with a browser."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, path):
        return self.client.get(path)

    def token(self, path="/console/"):
        found = re.search(r'name="token" value="(\w+)"', self.get(path).text)
        return found[1] if found else "none"

    def post(self, path, *, at="/console/", **form):
        data = {"token": self.token(at)} | form
        return self.client.post(path, data=data)

    def enter(self, email, password=PASSWORD, **more):
        at = "/console/enter"
        return self.post(at, at=at, email=email, password=password, **more)


@pytest.fixture
def person(app):
    return lambda: Person(app)


@pytest.fixture
def user(of):
    """Add a user with roles, by brand; `admin` is of the whole installation."""

    def run(email, roles=(), *, password=PASSWORD, admin=False):
        wall, actor = of.clock.wall(), users.COMMAND
        with of.database.write() as session:
            made = users.add(session, email, None, wall=wall, actor=actor)
            for brand, role in roles:
                users.set_role(session, made, brand, Role(role), wall=wall, actor=actor)
            users.set_admin(session, made, is_admin=admin, wall=wall, actor=actor)
            if password:
                users.set_password(session, made.id, password, wall=wall, actor=actor)
            session.commit()
        return made

    return run


@pytest.fixture
def agent(user, person, brand):
    user("agent@acme.example", [(brand, "agent")])
    somebody = person()
    assert somebody.enter("agent@acme.example").status_code == 303
    return somebody


@pytest.fixture
def rival(app):
    return add_brand(app, "rival", "key-of-rival")


@pytest.fixture
def entry(of, brand):
    """Let a parcel of a brand be in trouble; return the entry's id."""

    def run(number="N1", brand=brand):
        parcel = make.a_parcel(
            of, brand, number=number, order=make.an_order(f"O-{number}")
        )
        scan = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
        make.seen(of, parcel, make.a_tracking(scan, number=number))
        while keep_up(of.post):
            pass
        with of.database.read() as session:
            return session.scalar(text("SELECT max(id) FROM queue_entry"))

    return run
