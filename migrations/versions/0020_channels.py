"""Channels: a brand's ways, what went out and its cost, suppressions, token pairs.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "brand_channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("patience", sa.Integer(), nullable=False),
        _of_brand("brand_channel"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_channel")),
        sa.UniqueConstraint(
            "brand_id", "channel", name=op.f("uq_brand_channel_brand_id_channel")
        ),
    )
    op.create_table(
        "delivery",
        sa.Column("id", big, nullable=False),
        sa.Column("notice_id", big, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("begun_at", instant, nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("cost", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("units", sa.SmallInteger(), nullable=True),
        sa.Column("due_at", instant, nullable=True),
        sa.Column("told_at", instant, nullable=True),
        sa.Column("passed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        _of_brand("delivery"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "notice_id", "channel", name=op.f("uq_delivery_notice_id_channel")
        ),
    )
    op.create_index("ix_delivery_provider_id", "delivery", ["channel", "provider_id"])
    op.create_index("ix_delivery_brand_begun", "delivery", ["brand_id", "begun_at"])
    due = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["due_at"],
        postgresql_where=due,
        sqlite_where=due,
    )
    op.create_table(
        "suppression",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("since", instant, nullable=False),
        _of_brand("suppression"),
        sa.PrimaryKeyConstraint(
            "brand_id", "channel", "digest", name=op.f("pk_suppression")
        ),
    )
    op.create_table(
        "suppression_key",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        _of_brand("suppression_key"),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_suppression_key")),
    )
    op.create_table(
        "token_pair",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("first", sa.String(length=64), nullable=False),
        sa.Column("access", sa.Text(), nullable=True),
        sa.Column("refresh", sa.Text(), nullable=False),
        sa.Column("expires_at", instant, nullable=True),
        sa.Column("leased_until", instant, nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_token_pair")),
    )
    op.create_table(
        "webhook_state",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("failing_since", instant, nullable=True),
        sa.Column("off_since", instant, nullable=True),
        _of_brand("webhook_state"),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_webhook_state")),
    )


def _of_brand(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["brand_id"], ["brand.id"], name=op.f(f"fk_{table}_brand_id_brand")
    )


def downgrade() -> None:
    for table in (
        "webhook_state",
        "token_pair",
        "suppression_key",
        "suppression",
        "delivery",
        "brand_channel",
    ):
        op.drop_table(table)
