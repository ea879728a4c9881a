"""OpenAPI: the document at /openapi.json, made from the views and schemas."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask
from flask_smorest import Api, Blueprint

from track_service.web.schemas import ProblemOut

View = TypeVar("View", bound=Callable[..., Any])


class _Api(Api):  # type: ignore[misc]  # flask-smorest has no types
    """Leaves failures to `web.errors`, and has no viewer that loads from elsewhere."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemOut

    def _register_error_handlers(self) -> None:
        """Leave them as `web.errors` set them."""

    def _register_pagination_header(self) -> None:
        """Describe none: pages are linked by cursor."""


def describe(app: Flask, *blueprints: Blueprint) -> None:
    """Register blueprints and serve the document that describes them."""
    app.config.update(
        API_TITLE="Track Service",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = _Api(app)
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    api.spec.options["security"] = [{"key": []}]
    for blueprint in blueprints:
        api.register_blueprint(blueprint)


def problems(blueprint: Blueprint, *statuses: int) -> Callable[[View], View]:
    """Return a decorator that names the failures of a view."""

    def decorate(view: View) -> View:
        for status in statuses:
            view = blueprint.alt_response(
                status, schema=ProblemOut, content_type="application/problem+json"
            )(view)
        return view

    return decorate
