"""The objects of the Marketing Cloud Connect package (section 5): known only where it is installed.

How a field is written is said in `notation.py`.
"""

from __future__ import annotations

from simulator.schema.notation import define as _object
from simulator.schema.types import ObjectType

PACKAGED_TYPES: tuple[ObjectType, ...] = (
    _object(
        "et4ae5__Configuration__c",
        "a0C",
        """
        OwnerId reference:User/Owner u; IsDeleted boolean; Name string(80); et4ae5__Username__c string(255) u;
        et4ae5__Password__c encryptedstring(175) x; et4ae5__Integration_Type__c picklist u;
        et4ae5__Parent_Account_MID__c string(255) u; et4ae5__Root_SOAP_API_URL__c string(255) u;
        et4ae5__Root_Rest_API_URL__c string(255) u; et4ae5__Auth_API_URL__c string(255) u;
        et4ae5__Send_Types__c string(255) u; et4ae5__AwaitingBusinessUnits__c boolean u;
        et4ae5__Days_Tracked__c double u; et4ae5__url_part__c string(255) u;
        et4ae5__url_root__c string(255) u; STAMPS
        """,
        "u",
        label="Configuration",
    ),
    _object(
        "et4ae5__Business_Unit__c",
        "a0A",
        """
        OwnerId reference:User/Owner u; IsDeleted boolean; Name string(80);
        et4ae5__Business_Unit_ID__c string(255) u; et4ae5__Enabled__c boolean u;
        et4ae5__IsParentAccountMID__c boolean u; STAMPS
        """,
        "u",
        label="Business Unit",
    ),
    _object(
        "et4ae5__ET4AE_Config__c",
        "a0F",
        """
        Name string(38); SetupOwnerId reference:Organization|Profile|User/SetupOwner i;
        et4ae5__Configuration_Wizard_Completed__c boolean u; et4ae5__Environment__c string(255) u;
        et4ae5__Endpoint__c string(255) u; et4ae5__StackId__c string(255) u;
        et4ae5__TenantId__c string(255) u; et4ae5__SessionId__c string(255) u; et4ae5__QA_Mode__c boolean u;
        et4ae5__Remote_Site_Setting_Added__c boolean u; STAMPS
        """,
        "u",
        label="ET4AE Config",
    ),
)
