"""What the API offers in this org, and how much of its allowances is left."""

from __future__ import annotations

from simulator.errors import ApiError
from simulator.org import rights
from simulator.rest.call import Call, Reply

# Keys from the REST API's reference (Limits); nobody here uses any of them, and the numbers are ours.
ALLOWANCES = {
    "ActiveScratchOrgs": 3,
    "AnalyticsExternalDataSizeMB": 40_960,
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentEinsteinDataInsightsStoryCreation": 5,
    "ConcurrentEinsteinDiscoveryStoryCreation": 2,
    "ConcurrentSyncReportRuns": 20,
    "DailyAnalyticsDataflowJobExecutions": 60,
    "DailyAnalyticsUploadedFilesSizeMB": 51_200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyAsyncApexTests": 500,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyDeliveredPlatformEvents": 25_000,
    "DailyDurableGenericStreamingApiEvents": 10_000,
    "DailyDurableStreamingApiEvents": 10_000,
    "DailyEinsteinDataInsightsStoryCreation": 1000,
    "DailyEinsteinDiscoveryOptimizationJobRuns": 25,
    "DailyEinsteinDiscoveryPredictAPICalls": 50_000,
    "DailyEinsteinDiscoveryPredictionsByCDC": 500_000,
    "DailyEinsteinDiscoveryStoryCreation": 100,
    "DailyFunctionsApiCallLimit": 235_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyScratchOrgs": 6,
    "DailyStandardVolumePlatformEvents": 10_000,
    "DailyStreamingApiEvents": 10_000,
    "DailyWorkflowEmails": 5000,
    "DataStorageMB": 1073,
    "DurableStreamingApiConcurrentClients": 20,
    "FileStorageMB": 1073,
    "HourlyAsyncReportRuns": 1200,
    "HourlyDashboardRefreshes": 200,
    "HourlyDashboardResults": 5000,
    "HourlyDashboardStatuses": 999_999_999,
    "HourlyLongTermIdMapping": 100_000,
    "HourlyODataCallout": 20_000,
    "HourlyPublishedPlatformEvents": 50_000,
    "HourlyPublishedStandardVolumePlatformEvents": 1000,
    "HourlyShortTermIdMapping": 100_000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 1000,
    "MassEmail": 5000,
    "MonthlyEinsteinDiscoveryStoryCreation": 500,
    "MonthlyPlatformEventsUsageEntitlement": 0,
    "Package2VersionCreates": 6,
    "Package2VersionCreatesWithoutValidation": 500,
    "PlatformEventTriggersWithParallelProcessing": 5,
    "PrivateConnectOutboundCalloutHourlyLimitMB": 0,
    "SingleEmail": 5000,
    "StreamingApiConcurrentClients": 20,
}


def resources(call: Call) -> Reply:
    names = ("tooling/query", "sobjects", "query", "queryAll", "limits", "composite")
    links = {name: f"{call.base}/{name}" for name in names}
    return Reply(200, {"identity": f"{call.origin}/id/{call.org.id}/{call.user_id}"} | links)


def limits(call: Call) -> Reply:
    """Needs View Setup and Configuration (section 8)."""
    if not rights.has_right(call.org, call.user_id, "ViewSetup"):
        raise ApiError("FORBIDDEN", "You do not have access to this resource.", status=403)
    made = sum(
        not row.get("IsOwnedByProfile") and not row.get("NamespacePrefix")
        for row in call.org.rows("PermissionSet")
    )
    switches = call.org.switches
    used = {"DailyApiRequests": _limit(switches.api_limit, switches.api_used)}
    sets = {"PermissionSets": {**_limit(1500, made), "CreateCustom": _limit(1000, made)}}
    unused = {name: _limit(most) for name, most in ALLOWANCES.items()}
    storage = rights.has_right(call.org, call.user_id, "ManageUsers")
    hidden = () if storage else ("DataStorageMB", "FileStorageMB")
    found = sorted((unused | used | sets).items())
    return Reply(200, {name: value for name, value in found if name not in hidden})


def _limit(most: int, used: int = 0) -> dict[str, int]:
    return {"Max": most, "Remaining": max(0, most - used)}
