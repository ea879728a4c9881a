"""What is foreseen of orders before they have a parcel.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "shop_hours",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("cutoff", sa.String(length=5), nullable=True),
        sa.Column("days", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_shop_hours_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_shop_hours")),
    )
    op.create_table(
        "order_outlook",
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("due_at", instant, nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("likely_on", sa.Date(), nullable=True),
        sa.Column("ready_days", sa.Integer(), nullable=True),
        sa.Column("way_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_outlook_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_outlook")),
    )
    waits = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_order_outlook_due",
        "order_outlook",
        ["due_at"],
        postgresql_where=waits,
        sqlite_where=waits,
    )
    op.create_table(
        "order_promise",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("stated_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_promise_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_promise")),
    )
    op.create_index(op.f("ix_order_promise_order_id"), "order_promise", ["order_id"])


def downgrade() -> None:
    op.drop_table("order_promise")
    op.drop_table("order_outlook")
    op.drop_table("shop_hours")
