"""What shoppers say of deliveries and of products.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", BIG_ID, nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("likely", sa.Integer(), nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=True),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("alerted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_feedback_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_feedback_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("shipment_id", name=op.f("uq_feedback_shipment_id")),
    )
    op.create_index("ix_feedback_brand_on", "feedback", ["brand_id", "delivered_on"])
    op.create_table(
        "review",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("order_id", BIG_ID, nullable=False),
        sa.Column("shipment_id", BIG_ID, nullable=False),
        sa.Column("product", sa.String(length=120), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_review_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_review_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_review_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "order_id", "product", name=op.f("uq_review_order_id_product")
        ),
    )
    op.create_index(op.f("ix_review_shipment_id"), "review", ["shipment_id"])
    op.create_index(
        "ix_review_brand_product", "review", ["brand_id", "product", "state"]
    )
    op.create_index("ix_review_brand_page", "review", ["brand_id", "id"])
    op.create_index(
        "ix_review_pending",
        "review",
        ["brand_id", "id"],
        postgresql_where=PENDING,
        sqlite_where=PENDING,
    )
    op.create_table(
        "review_wish",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("use_days", sa.Integer(), nullable=False),
        sa.Column("of_category", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_review_wish_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_review_wish")),
    )
    op.create_table(
        "review_ask",
        sa.Column("shipment_id", BIG_ID, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_review_ask_shipment_id")
        ),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_review_ask")),
    )
    op.create_index(op.f("ix_review_ask_due_at"), "review_ask", ["due_at"])


def downgrade() -> None:
    for table in ("review_ask", "review_wish", "review", "feedback"):
        op.drop_table(table)
