"""Origins that may embed a brand's pages, and browsers that follow a parcel.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from track_service.store.types import Instant, Secret

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "embed_origin",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(270), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_embed_origin_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "origin", name=op.f("pk_embed_origin")),
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", BIG, nullable=False),
        sa.Column("shipment_id", BIG, nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("endpoint", Secret(), nullable=False),
        sa.Column("p256dh", Secret(), nullable=False),
        sa.Column("auth", Secret(), nullable=False),
        sa.Column("language", sa.String(12), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipment.id"],
            name=op.f("fk_push_subscription_shipment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint(
            "shipment_id", "slot", name=op.f("uq_push_subscription_shipment_id_slot")
        ),
        sa.UniqueConstraint(
            "shipment_id",
            "digest",
            name=op.f("uq_push_subscription_shipment_id_digest"),
        ),
    )
    op.create_table(
        "push_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("private", Secret(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_key")),
    )


def downgrade() -> None:
    op.drop_table("push_key")
    op.drop_table("push_subscription")
    op.drop_table("embed_origin")
