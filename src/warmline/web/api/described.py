"""OpenAPI, with what holds for every endpoint and FastAPI cannot see: how one signs in, the key of a write, how a
refusal looks, the id of every answer.
"""

from typing import Any

from fastapi import FastAPI

from warmline.web.idempotency import LONGEST
from warmline.web.problems import MEDIA_TYPE

PREFIX = "/api/"
TOKEN = {"type": "http", "scheme": "bearer", "description": "A token of a user or of a member."}
REFUSAL = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
REQUEST_ID = {"description": "Names this request in our logs.", "schema": {"type": "string"}}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A repeat under the same key gets the same answer, for a day, and does nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
}


class Described(FastAPI):
    """An application whose OpenAPI is complete."""

    def openapi(self) -> dict[str, Any]:
        """The description; made once."""
        if self.openapi_schema is None:
            self.openapi_schema = _complete(super().openapi())
        return self.openapi_schema


def _complete(schema: dict[str, Any]) -> dict[str, Any]:
    schema["components"]["securitySchemes"] = {"token": TOKEN}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if path.startswith(PREFIX):
                _complete_operation(method, operation)
    return schema


def _complete_operation(method: str, operation: dict[str, Any]) -> None:
    operation["security"] = [{"token": []}]
    if method != "get":
        operation.setdefault("parameters", []).append(KEY)
    for status, answer in operation["responses"].items():
        answer.setdefault("headers", {})["Request-Id"] = REQUEST_ID
        if status >= "400":
            answer["content"] = REFUSAL
