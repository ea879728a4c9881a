"""Which service of its carrier was bought, of a parcel and of a storefront's order.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLES = ("shipment", "handed_order")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("service", sa.String(80), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "service")
