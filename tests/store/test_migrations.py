import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from tests.make import a_parcel

from track_service.app import migrations_folder
from track_service.store.db import db


def test_there_is_one_head():
    script = ScriptDirectory(str(migrations_folder()))

    assert len(script.get_heads()) == 1


def test_the_migrations_make_what_the_models_say(app):
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection)

        assert compare_metadata(context, db.metadata) == []


def test_the_migrations_go_down_and_up_again(app):
    with app.app_context():
        flask_migrate.downgrade(revision="base")
        flask_migrate.upgrade()

        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, db.metadata) == []


def test_the_migrations_since_the_console_leave_what_is_held(app, of, brand, rows):
    a_parcel(of, brand)
    held = "SELECT code, number, status FROM brand, shipment ORDER BY number"
    before = rows(held)

    with app.app_context():
        flask_migrate.downgrade(revision="0015")
        assert rows(held) == before
        flask_migrate.upgrade()

    assert rows(held) == before
