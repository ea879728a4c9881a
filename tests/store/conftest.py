"""What tests of the tables share."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from track_service.store.db import db


@pytest.fixture
def statements(app):
    """Count the statements that are sent while the context is open."""

    @contextmanager
    def counted():
        sent = []

        def note(conn, cursor, statement, *_):
            sent.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        yield sent
        event.remove(engine, "before_cursor_execute", note)

    return counted
