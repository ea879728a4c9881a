"""OpenAPI: the document at /openapi.json, made from the views and schemas."""

from collections.abc import Callable, Iterable
from functools import cache
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
    """Register blueprints and serve the document that describes them.

    It is made when it is first asked for: few ask, and it is most of an app's start.
    """
    for blueprint in blueprints:
        app.register_blueprint(blueprint)

    @cache
    def document() -> dict[str, Any]:
        return _document(blueprints)

    @app.get("/openapi.json")
    def openapi() -> dict[str, Any]:
        return document()


def _document(blueprints: Iterable[Blueprint]) -> dict[str, Any]:
    described = Flask(__name__)
    described.config.update(
        API_TITLE="Track Service", API_VERSION="v1", OPENAPI_VERSION="3.1.0"
    )
    api = _Api(described)
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    api.spec.options["security"] = [{"key": []}]
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    with described.app_context():
        return api.spec.to_dict()  # type: ignore[no-any-return]


def problems(blueprint: Blueprint, *statuses: int) -> Callable[[View], View]:
    """Return a decorator that names the failures of a view."""

    def decorate(view: View) -> View:
        for status in statuses:
            view = blueprint.alt_response(
                status, schema=ProblemOut, content_type="application/problem+json"
            )(view)
        return view

    return decorate
