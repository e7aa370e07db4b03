"""The description of the station's own interface in OpenAPI 3.1, made of the table of routes.

This module must not describe by hand what a shape says by itself.
"""

from typing import Any  # a JSON object

import msgspec

from backchannel.station.asked import Fault
from backchannel.station.routes import JSON, OCTETS, ROUTES, Route

JsonObject = dict[str, Any]  # what JSON can hold
SHAPES = "#/components/schemas/{name}"
FILE = {"type": "string", "format": "binary"}


def description() -> JsonObject:
    """Return the whole description."""
    shapes = [shape for route in ROUTES for shape in (route.query, route.body, route.answer)]
    known = tuple(dict.fromkeys(shape for shape in (*shapes, Fault) if shape is not None))
    _, components = msgspec.json.schema_components(known, ref_template=SHAPES)
    paths: JsonObject = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Backchannel station",
            "version": "1",
            "description": "Served on a Unix socket in the station's folder, or on loopback with "
            "a bearer token. Ids and bytes are hexadecimal, times whole seconds UTC.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def operation(route: Route) -> JsonObject:
    """Return the description of one route."""
    made: JsonObject = {
        "operationId": route.name,
        "summary": route.summary,
        "responses": {
            "200": {"description": "Done.", "content": {route.media: answer(route)}},
            "default": {
                "description": "Refused: reason, text, and whose fault it is.",
                "content": {JSON: {"schema": reference(Fault)}},
            },
        },
    }
    parameters = path_parameters(route) + query_parameters(route)
    if parameters:
        made["parameters"] = parameters
    if route.octets:
        made["requestBody"] = {"required": True, "content": {OCTETS: {"schema": FILE}}}
    elif route.body is not None:
        content = {JSON: {"schema": reference(route.body)}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def answer(route: Route) -> JsonObject:
    """Return the shape of what comes back."""
    return {"schema": FILE if route.answer is None else reference(route.answer)}


def reference(shape: type) -> JsonObject:
    """Return a reference to a shape by its name."""
    return {"$ref": SHAPES.format(name=shape.__name__)}


def path_parameters(route: Route) -> list[JsonObject]:
    """Return the parameters that stand in a route's path."""
    if "{entry}" not in route.path:
        return []
    text = {"type": "string", "examples": ["1c12abc4", "ALDER EX 0001"]}
    return [{"name": "entry", "in": "path", "required": True, "schema": text}]


def query_parameters(route: Route) -> list[JsonObject]:
    """Return the parameters that stand behind a route's path."""
    if route.query is None:
        return []
    _, components = msgspec.json.schema_components((route.query,), ref_template=SHAPES)
    shape = components[route.query.__name__]
    required = shape.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in shape["properties"].items()
    ]
