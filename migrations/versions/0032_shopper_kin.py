"""Hashes that are one buyer's, who objected to being profiled.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "shopper_kin",
        sa.Column("shopper_id", big, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(32), nullable=False),
        _refers("shopper_id", "shopper"),
        _refers("brand_id", "brand"),
        sa.PrimaryKeyConstraint("shopper_id", name=op.f("pk_shopper_kin")),
    )
    op.create_index("ix_shopper_kin_brand_label", "shopper_kin", ["brand_id", "label"])


def _refers(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_shopper_kin_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_table("shopper_kin")
