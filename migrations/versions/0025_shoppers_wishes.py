"""What shoppers chose, and how often they were told on a day.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "shopper_told",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("shopper", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("notice_id", big, nullable=False),
        _of_brand("shopper_told"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_shopper_told_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint(
            "brand_id", "shopper", "day", "place", name=op.f("pk_shopper_told")
        ),
        sa.UniqueConstraint("notice_id", name=op.f("uq_shopper_told_notice_id")),
    )
    op.create_table(
        "shopper_choice",
        sa.Column("id", big, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("shopper", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _of_brand("shopper_choice"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shopper_choice")),
    )
    op.create_index("ix_shopper_choice_of", "shopper_choice", ["brand_id", "shopper"])


def _of_brand(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["brand_id"], ["brand.id"], name=op.f(f"fk_{table}_brand_id_brand")
    )


def downgrade() -> None:
    op.drop_table("shopper_choice")
    op.drop_table("shopper_told")
