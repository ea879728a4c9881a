"""What is learnt of lanes, and foreseen of parcels.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from track_service.store.types import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "lane",
        sa.Column("scope", sa.String(24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fitted", sa.LargeBinary(), nullable=False),
        sa.Column("underway", sa.LargeBinary(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("scans", sa.BigInteger(), nullable=False),
        sa.Column("arrivals", sa.BigInteger(), nullable=False),
        sa.Column("fitted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_lane")),
    )
    op.create_table(
        "outlook",
        sa.Column("shipment_id", BIG, nullable=False),
        sa.Column("leg", sa.String(16), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("quiet_at", Instant(), nullable=False),
        sa.Column("stalled_at", Instant(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("likely_on", sa.Date(), nullable=True),
        sa.Column("p_late", sa.Float(), nullable=True),
        sa.Column("risky", sa.Boolean(), nullable=False),
        sa.Column("usual_least", sa.Float(), nullable=True),
        sa.Column("usual_most", sa.Float(), nullable=True),
        sa.Column("slower", sa.Float(), nullable=False),
        sa.Column("known_by", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(24), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_outlook_shipment_id")
        ),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_outlook")),
    )


def downgrade() -> None:
    op.drop_table("outlook")
    op.drop_table("lane")
