"""What storefronts hand over: connections, orders, fulfilments, hooks.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from track_service.store.types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "storefront",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("asked_until", Instant(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_storefront_brand_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront")),
        sa.UniqueConstraint(
            "brand_id", "platform", name=op.f("uq_storefront_brand_id_platform")
        ),
    )
    op.create_table(
        "handed_order",
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(120), nullable=True),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("untracked", sa.JSON(), nullable=False),
        sa.Column("total", sa.Numeric(14, 2), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("stage", sa.String(16), nullable=True),
        sa.Column("staged_at", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_handed_order_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_handed_order_brand_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_handed_order")),
        sa.UniqueConstraint("token", name=op.f("uq_handed_order_token")),
        sa.UniqueConstraint(
            "brand_id",
            "platform",
            "external_id",
            name=op.f("uq_handed_order_brand_id_platform_external_id"),
        ),
    )
    op.create_table(
        "fulfilment",
        sa.Column("shipment_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("external_id", sa.String(120), nullable=True),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_fulfilment_shipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_fulfilment_order_id")
        ),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_fulfilment")),
    )
    op.create_index(
        "ix_fulfilment_order_external", "fulfilment", ["order_id", "external_id"]
    )
    op.create_table(
        "storefront_hook",
        sa.Column("id", BIG, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("topic", sa.String(80), nullable=True),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("trouble", sa.String(200), nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_storefront_hook_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_storefront_hook_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storefront_hook")),
        sa.UniqueConstraint(
            "brand_id",
            "platform",
            "identity",
            name=op.f("uq_storefront_hook_brand_id_platform_identity"),
        ),
    )
    op.create_index("ix_storefront_hook_expires_at", "storefront_hook", ["expires_at"])
    op.create_index("ix_storefront_hook_order_id", "storefront_hook", ["order_id"])
    op.create_index(
        "ix_storefront_hook_due",
        "storefront_hook",
        ["due_at"],
        postgresql_where=sa.text("read_at IS NULL"),
        sqlite_where=sa.text("read_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("storefront_hook", "fulfilment", "handed_order", "storefront"):
        op.drop_table(table)
