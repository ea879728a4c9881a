"""Words that storefronts are owed, and which of them want any.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from track_service.store.types import Instant, StampText

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    off = sa.Column(
        "writes_back", sa.Boolean(), server_default=sa.false(), nullable=False
    )
    op.add_column("storefront", off)
    op.create_table(
        "storefront_word",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cause", sa.String(120), nullable=False),
        sa.Column("storefront_id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", BIG, nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("stamp", StampText(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(200), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["storefront_id"],
            ["storefront.id"],
            name=op.f("fk_storefront_word_storefront_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipment.id"],
            name=op.f("fk_storefront_word_shipment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_word")),
        sa.UniqueConstraint("cause", name=op.f("uq_storefront_word_cause")),
    )
    op.create_index(
        "ix_storefront_word_shipment_id", "storefront_word", ["shipment_id"]
    )
    op.create_index(
        "ix_storefront_word_due",
        "storefront_word",
        ["due_at"],
        postgresql_where=sa.text("state = 'owed'"),
        sqlite_where=sa.text("state = 'owed'"),
    )


def downgrade() -> None:
    op.drop_table("storefront_word")
    op.drop_column("storefront", "writes_back")
