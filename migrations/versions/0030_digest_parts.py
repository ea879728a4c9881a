"""Notices that are told with another one of their order; a shop's voucher codes.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "digest_part",
        sa.Column("notice_id", big, nullable=False),
        sa.Column("head_id", big, nullable=False),
        _of("notice", "digest_part", "notice_id"),
        _of("notice", "digest_part", "head_id"),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_digest_part")),
    )
    op.create_index("ix_digest_part_head_id", "digest_part", ["head_id"])
    op.create_table(
        "voucher",
        sa.Column("id", big, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("order_id", big, nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        _of("brand", "voucher", "brand_id"),
        _of("orders", "voucher", "order_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint(
            "brand_id", "digest", name=op.f("uq_voucher_brand_id_digest")
        ),
        sa.UniqueConstraint("order_id", name=op.f("uq_voucher_order_id")),
    )


def _of(other: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_table("voucher")
    op.drop_table("digest_part")
