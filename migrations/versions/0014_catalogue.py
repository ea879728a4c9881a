"""What shops sell, who bought what, and what pages offer.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from track_service.store.types import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = (
    "pick_click",
    "exposure",
    "selling",
    "fitted",
    "purchase_line",
    "purchase",
    "shopper",
    "shopper_key",
    "product",
)


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", BIG, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(120), nullable=False),
        sa.Column("title", sa.String(300), nullable=True),
        sa.Column("category", sa.String(200), nullable=True),
        sa.Column("price", sa.Numeric(14, 2), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("gone_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        refers("product", "brand_id", "brand"),
        sa.UniqueConstraint(
            "brand_id", "external_id", name=op.f("uq_product_brand_id_external_id")
        ),
    )
    op.create_table(
        "shopper_key",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_shopper_key")),
        refers("shopper_key", "brand_id", "brand"),
    )
    op.create_table(
        "shopper",
        sa.Column("id", BIG, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("objected_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shopper")),
        refers("shopper", "brand_id", "brand"),
        sa.UniqueConstraint(
            "brand_id", "digest", name=op.f("uq_shopper_brand_id_digest")
        ),
    )
    op.create_table(
        "purchase",
        sa.Column("id", BIG, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(120), nullable=False),
        sa.Column("shopper_id", BIG, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase")),
        refers("purchase", "brand_id", "brand"),
        refers("purchase", "shopper_id", "shopper"),
        sa.UniqueConstraint(
            "brand_id", "number", name=op.f("uq_purchase_brand_id_number")
        ),
    )
    op.create_index("ix_purchase_shopper_at", "purchase", ["shopper_id", "at"])
    op.create_index("ix_purchase_brand_told", "purchase", ["brand_id", "told_at"])
    op.create_table(
        "purchase_line",
        sa.Column("purchase_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "purchase_id", "product_id", name=op.f("pk_purchase_line")
        ),
        refers("purchase_line", "purchase_id", "purchase", ondelete="CASCADE"),
        refers("purchase_line", "product_id", "product"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fitted",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("through", Instant(), nullable=False),
        sa.Column("fitted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_fitted")),
        refers("fitted", "brand_id", "brand"),
    )
    op.create_table(
        "selling",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("holdout", sa.Numeric(5, 2), nullable=False),
        sa.Column("history_by_link", sa.Boolean(), nullable=False),
        sa.Column("only_new", sa.Boolean(), nullable=False),
        sa.Column("picks", sa.JSON(), nullable=False),
        sa.Column("bans", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_selling")),
        refers("selling", "brand_id", "brand"),
    )
    op.create_table(
        "exposure",
        sa.Column("shopper_id", BIG, nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("arm", sa.String(8), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("shopper_id", name=op.f("pk_exposure")),
        refers("exposure", "shopper_id", "shopper"),
        refers("exposure", "brand_id", "brand"),
    )
    op.create_index("ix_exposure_brand_first", "exposure", ["brand_id", "first_at"])
    op.create_table(
        "pick_click",
        sa.Column("shopper_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "shopper_id", "product_id", "on", name=op.f("pk_pick_click")
        ),
        refers("pick_click", "shopper_id", "shopper"),
        refers("pick_click", "product_id", "product"),
        refers("pick_click", "brand_id", "brand"),
    )
    op.create_index("ix_pick_click_brand_id", "pick_click", ["brand_id"])


def refers(table: str, column: str, to: str, **more: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, **more)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
