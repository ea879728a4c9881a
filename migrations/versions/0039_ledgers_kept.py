"""The ledgers of dates that were shown are only ever added to, whoever speaks SQL.

Revision ID: 0039
Revises: 0038
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

LEDGERS = ("promise", "order_promise")
SQLITE = """
CREATE TRIGGER {ledger}_keeps_{word} BEFORE {verb} ON {ledger}
BEGIN SELECT RAISE(ABORT, '{ledger} is append-only'); END
"""
FUNCTION = """
CREATE FUNCTION ledger_keeps() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {ledger}_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON {ledger}
FOR EACH STATEMENT EXECUTE FUNCTION ledger_keeps()
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for ledger in LEDGERS:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE.format(ledger=ledger, word=verb.lower(), verb=verb))
    else:
        op.execute(FUNCTION)
        for ledger in LEDGERS:
            op.execute(POSTGRESQL.format(ledger=ledger))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for ledger in LEDGERS:
            for word in ("update", "delete"):
                op.execute(f"DROP TRIGGER {ledger}_keeps_{word}")
    else:
        op.execute("DROP FUNCTION ledger_keeps() CASCADE")
