"""The console: who works there, ops' work queue, and where alerts go.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TOP = sa.text("closed_at IS NULL AND parent_id IS NULL")
MEMBER = sa.text("parent_id IS NOT NULL")
GROUP = sa.text("source = 'group' AND cleared_at IS NULL")
TRUE = sa.text("cleared_at IS NULL")
STUCK = sa.text("state IN ('dead', 'held')")
LATE = sa.text("late_since IS NOT NULL")
# The audit log is only ever added to, whoever speaks SQL.
SQLITE = """
CREATE TRIGGER audit_keeps_{word} BEFORE {verb} ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
"""
POSTGRESQL = (
    """
CREATE FUNCTION audit_keeps() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$
""",
    """
CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_keeps()
""",
)


def upgrade() -> None:
    op.create_table(
        "console_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_user")),
        sa.UniqueConstraint("digest", name=op.f("uq_console_user_digest")),
    )
    op.create_table(
        "audit",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_audit_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["console_user.id"], name=op.f("fk_audit_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_brand", "audit", ["brand_id", "id"])

    op.create_table(
        "console_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_console_role_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["console_user.id"], name=op.f("fk_console_role_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "brand_id", name=op.f("pk_console_role")),
    )
    op.create_table(
        "console_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["console_user.id"], name=op.f("fk_console_session_user_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_session")),
    )
    op.create_index(
        op.f("ix_console_session_created_at"), "console_session", ["created_at"]
    )
    op.create_index(op.f("ix_console_session_user_id"), "console_session", ["user_id"])

    op.create_table(
        "queue_sla",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.JSON(), nullable=False),
        sa.Column("opens", sa.SmallInteger(), nullable=True),
        sa.Column("closes", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_queue_sla_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_queue_sla")),
    )
    op.create_table(
        "queue_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column(
            "source_id",
            BIG,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=True),
        sa.Column("hub", sa.String(length=120), nullable=True),
        sa.Column(
            "shipment_id",
            BIG,
            nullable=True,
        ),
        sa.Column(
            "order_id",
            BIG,
            nullable=True,
        ),
        sa.Column(
            "parent_id",
            BIG,
            nullable=True,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("is_news", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_queue_entry_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_queue_entry_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["console_user.id"], name=op.f("fk_queue_entry_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["queue_entry.id"], name=op.f("fk_queue_entry_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_queue_entry_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_entry")),
        sa.UniqueConstraint(
            "source",
            "source_id",
            "brand_id",
            name=op.f("uq_queue_entry_source_source_id_brand_id"),
        ),
    )
    op.create_index("ix_queue_entry_brand_page", "queue_entry", ["brand_id", "id"])
    op.create_index(op.f("ix_queue_entry_order_id"), "queue_entry", ["order_id"])
    op.create_index(
        "ix_queue_entry_parent_id",
        "queue_entry",
        ["parent_id"],
        postgresql_where=MEMBER,
        sqlite_where=MEMBER,
    )
    op.create_index(op.f("ix_queue_entry_shipment_id"), "queue_entry", ["shipment_id"])
    op.create_index(
        "ix_queue_entry_top",
        "queue_entry",
        ["severity", "due_at", "id"],
        postgresql_where=TOP,
        sqlite_where=TOP,
    )
    op.create_index(
        "ix_queue_entry_top_of_brand",
        "queue_entry",
        ["brand_id", "severity", "due_at", "id"],
        postgresql_where=TOP,
        sqlite_where=TOP,
    )
    op.create_index(
        "ix_queue_entry_true",
        "queue_entry",
        ["source", "source_id"],
        postgresql_where=TRUE,
        sqlite_where=TRUE,
    )
    op.create_index(
        "uq_queue_entry_group",
        "queue_entry",
        ["brand_id", "carrier", "hub", "kind"],
        unique=True,
        postgresql_where=GROUP,
        sqlite_where=GROUP,
    )

    op.create_table(
        "queue_note",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "entry_id",
            BIG,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.String(length=120), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["queue_entry.id"], name=op.f("fk_queue_note_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["console_user.id"], name=op.f("fk_queue_note_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_note")),
    )
    op.create_index(op.f("ix_queue_note_entry_id"), "queue_note", ["entry_id"])

    op.add_column("brand", sa.Column("alert_routes", sa.Text(), nullable=True))

    op.create_index(
        "ix_handed_order_late",
        "handed_order",
        ["late_since"],
        postgresql_where=LATE,
        sqlite_where=LATE,
    )

    op.create_index(
        "ix_notice_stuck",
        "notice",
        ["state", "brand_id", "kind"],
        postgresql_where=STUCK,
        sqlite_where=STUCK,
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(word=verb.lower(), verb=verb))
    else:
        for statement in POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_notice_stuck", table_name="notice")
    op.drop_index("ix_handed_order_late", table_name="handed_order")
    op.drop_column("brand", "alert_routes")
    for table in (
        "queue_note",
        "queue_entry",
        "queue_sla",
        "console_session",
        "console_role",
        "audit",
        "console_user",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_keeps()")
