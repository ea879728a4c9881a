"""Vouchers: a brand's stock of codes, and which order was given one.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "voucher",
        sa.Column("id", big, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("added_at", instant, nullable=False),
        sa.Column("taken_at", instant),
        _of("brand", "voucher", "brand_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint(
            "brand_id", "digest", name=op.f("uq_voucher_brand_id_digest")
        ),
    )
    free = sa.text("taken_at IS NULL")
    op.create_index(
        "ix_voucher_free",
        "voucher",
        ["brand_id", "id"],
        postgresql_where=free,
        sqlite_where=free,
    )
    op.create_table(
        "voucher_given",
        sa.Column("order_id", big, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("given_at", instant, nullable=False),
        _of("orders", "voucher_given", "order_id"),
        _of("brand", "voucher_given", "brand_id"),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_voucher_given")),
    )
    op.create_index("ix_voucher_given_brand_id", "voucher_given", ["brand_id"])


def _of(other: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_table("voucher_given")
    op.drop_table("voucher")
