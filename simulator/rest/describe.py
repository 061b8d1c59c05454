"""describe: what an object and its fields allow."""

from __future__ import annotations

from simulator.schema.types import Field, ObjectType


def summary(kind: ObjectType, base: str) -> dict[str, object]:
    """The flags that a global describe gives of each object."""
    address = f"{base}/sobjects/{kind.name}"
    return {
        "name": kind.name,
        "label": kind.label,
        "labelPlural": kind.label + "s",
        "keyPrefix": kind.prefix or None,
        "custom": kind.name.endswith("__c"),
        "createable": kind.createable,
        "updateable": kind.updateable,
        "deletable": kind.deletable,
        "queryable": True,
        "retrieveable": True,
        "urls": {
            "sobject": address,
            "describe": address + "/describe",
            "rowTemplate": address + "/{ID}",
        },
    }


def full(kind: ObjectType, base: str) -> dict[str, object]:
    return summary(kind, base) | {
        "fields": [_field(kind, each) for each in kind.fields.values()],
        "childRelationships": [
            {"childSObject": child.sobject, "field": child.field, "relationshipName": child.name}
            for child in kind.children
        ],
        "recordTypeInfos": [],
    }


def _field(kind: ObjectType, field: Field) -> dict[str, object]:
    return {
        "name": field.name,
        "label": field.label or field.name,
        "type": field.type,
        "length": field.length if field.type not in ("boolean", "int", "double", "datetime", "date") else 0,
        "soapType": {
            "id": "tns:ID",
            "reference": "tns:ID",
            "boolean": "xsd:boolean",
            "int": "xsd:int",
            "double": "xsd:double",
            "datetime": "xsd:dateTime",
        }.get(field.type, "xsd:string"),
        "nameField": field.name == "Name",
        "idLookup": field.type == "id",
        "filterable": field.filterable,
        "sortable": field.sortable,
        "groupable": field.filterable and field.type not in ("datetime", "double", "textarea"),
        "aggregatable": field.type != "boolean",
        "nillable": field.nillable,
        "createable": field.createable and kind.createable,
        "updateable": field.updateable and kind.updateable,
        "custom": field.name.endswith("__c"),
        "unique": False,
        "externalId": False,
        "calculated": False,
        "defaultedOnCreate": field.type in ("id", "boolean") or not field.required,
        "referenceTo": list(field.to),
        "relationshipName": field.relationship or None,
        "picklistValues": [{"active": True, "label": each, "value": each} for each in field.values],
    }
