"""SOQL errors in Salesforce's form: the line, a caret under the place, row and column, the message."""

from __future__ import annotations

from simulator.errors import ApiError

# The text recorded in CumulusCI's cassette TestCountSObjects.test_count_sobjects__errors.
_TYPE_HELP = (
    "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to "
    "append the '__c' after the entity name."
)
_FIELD_HELP = (
    "No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to "
    "append the '__c' after the custom field name."
)
_PATH_HELP = (
    "Didn't understand relationship '{name}' in {where}. If you are attempting to use a custom relationship, "
    "be sure to append the '__r' after the custom relationship name."
)
_SEE = " Please reference your WSDL or the describe call for the appropriate names."


def at(text: str, position: int, code: str, message: str) -> ApiError:
    """The error `message` at a place of the query `text`."""
    before = text[:position]
    row = before.count("\n") + 1
    start = before.rfind("\n") + 1
    line = text[start:].split("\n", 1)[0]
    column = position - start + 1
    return ApiError(code, f"\n{line}\n{' ' * (column - 1)}^\nERROR at Row:{row}:Column:{column}\n{message}")


def malformed(text: str, position: int, message: str) -> ApiError:
    return at(text, position, "MALFORMED_QUERY", message)


def unexpected(text: str, position: int, token: str) -> ApiError:
    return malformed(text, position, f"unexpected token: '{token or '<EOF>'}'")


def no_type(text: str, position: int, name: str, code: str = "INVALID_TYPE") -> ApiError:
    return at(text, position, code, _TYPE_HELP.format(name=name) + _SEE)


def not_modelled(text: str, position: int, what: str, code: str = "MALFORMED_QUERY") -> ApiError:
    """Salesforce takes it, the stand-in doesn't."""
    return at(text, position, code, f"{what} is not modelled by the stand-in")


def no_column(text: str, position: int, name: str, entity: str) -> ApiError:
    return at(text, position, "INVALID_FIELD", _FIELD_HELP.format(name=name, entity=entity) + _SEE)


def no_parent(text: str, position: int, name: str) -> ApiError:
    return at(text, position, "INVALID_FIELD", _PATH_HELP.format(name=name, where="field path") + _SEE)


def no_child(text: str, position: int, name: str) -> ApiError:
    return at(
        text, position, "INVALID_TYPE", _PATH_HELP.format(name=name, where="FROM part of query call") + _SEE
    )


def invalid(text: str, position: int, message: str) -> ApiError:
    return at(text, position, "INVALID_FIELD", message)
