"""Runs migrations inside the Flask app that asked for them."""

from typing import Any

from alembic import context
from flask import current_app

from track_service.store import (  # noqa: F401  fill the metadata
    case_models,
    catalogue_models,
    channel_models,
    detail_models,
    embed_models,
    factor_models,
    idempotency_models,
    lane_models,
    models,
    order_models,
    push_models,
    queue_models,
    review_models,
    selling_models,
    shop_models,
    user_models,
)
from track_service.store.types import Instant, Secret, SecretBody, StampText

# In migrations a column is what the database sees: our types come and go, it stays.
PLAIN = {
    Instant: "sa.DateTime(timezone=True)",
    StampText: "sa.String(length=48)",
    Secret: "sa.Text()",
    SecretBody: "sa.LargeBinary()",
}


def render_item(kind: str, value: Any, _context: Any) -> str | bool:
    if kind == "type":
        for ours, plain in PLAIN.items():
            if isinstance(value, ours):
                return plain
    return False


def run() -> None:
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
