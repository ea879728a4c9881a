"""Brands' own hosts.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "brand_host",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("served", sa.String(length=253), nullable=True),
        sa.Column("added_at", instant, nullable=False),
        sa.Column("proven_at", instant, nullable=True),
        sa.Column("gone_at", instant, nullable=True),
        sa.Column("next_at", instant, nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_brand_host_brand_id_brand")
        ),
        sa.PrimaryKeyConstraint("brand_id", "host", name=op.f("pk_brand_host")),
        sa.UniqueConstraint("served", name=op.f("uq_brand_host_served")),
    )
    op.create_index(op.f("ix_brand_host_next_at"), "brand_host", ["next_at"])
    op.add_column("brand", sa.Column("host", sa.String(length=253), nullable=True))
    op.create_index(op.f("ix_brand_host"), "brand", ["host"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_brand_host"), "brand")
    op.drop_column("brand", "host")
    op.drop_table("brand_host")
