"""Answers and pushes of carriers as they come over the wire, in the documented shape."""

import json
from datetime import datetime, timedelta

from responses import matchers

UPS = "https://onlinetools.ups.com"
UPS_TOKEN = f"{UPS}/security/v1/oauth/token"
FEDEX_TOKEN = "https://apis.fedex.com/oauth/token"
FEDEX = "https://apis.fedex.com/track/v1/trackingnumbers"
DHL = "https://api-eu.dhl.com/track/shipments"
GHN = "https://online-gateway.ghn.vn/shiip/public-api/v2/shipping-order/detail"
GHTK = "https://services.giaohangtietkiem.vn/services/shipment/v2/"

# type, letters, three digits
LABEL = ("M", "MP", "003")
ORIGIN = ("I", "OR", "005")
DEPARTED = ("I", "DP", "005")
DELIVERED = ("D", "KB", "011")
NEVER_HEARD_OF = ("I", "QQ", "999")


def ups_url(number):
    return f"{UPS}/api/track/v1/details/{number}"


def ups_token(answers, **more):
    """Let UPS give a token: once, for it is kept."""
    answers.post(UPS_TOKEN, json={"access_token": "t0k", "expires_in": "14399"}, **more)


def ups_scan(what, at: datetime, *, city="Chicago", words="A scan"):
    kind, letters, digits = what
    return {
        "location": {"address": {"city": city, "countryCode": "US"}},
        "status": {
            "type": kind,
            "description": words,
            "code": letters,
            "statusCode": digits,
        },
        "date": f"{at:%Y%m%d}",
        "time": f"{at:%H%M%S}",
        "gmtDate": f"{at:%Y%m%d}",
        "gmtOffset": "+00:00",
        "gmtTime": f"{at:%H:%M:%S}",
    }


def ups_body(number, *scans, expected: datetime | None = None, **more):
    """A UPS answer: `scans` of `ups_scan`, newest first; `expected` is the day."""
    package = {"trackingNumber": number, "activity": list(scans), **more}
    if expected is not None:
        package["deliveryDate"] = [{"type": "SDD", "date": f"{expected:%Y%m%d}"}]
        package["deliveryTime"] = {"type": "EOD", "endTime": ""}
    shipment = {"inquiryNumber": number, "package": [package]}
    return {"trackResponse": {"shipment": [shipment]}}


def ups_says(answers, number, *scans, **more):
    answers.get(ups_url(number), json=ups_body(number, *scans, **more))


def ups_knows_nothing(answers, number):
    warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
    shipment = {"inquiryNumber": number, "warnings": [warning]}
    answers.get(ups_url(number), json={"trackResponse": {"shipment": [shipment]}})


def ups_alert(number, what, at: datetime, *, city="Chicago"):
    kind, letters, digits = what
    alert = {
        "trackingNumber": number,
        "localActivityDate": f"{at:%Y%m%d}",
        "localActivityTime": f"{at:%H%M%S}",
        "activityLocation": {"city": city, "country": "US"},
        "activityStatus": {
            "type": kind,
            "code": letters,
            "description": "A scan",
            "descriptionCode": digits,
        },
        "gmtActivityDate": f"{at:%Y%m%d}",
        "gmtActivityTime": f"{at:%H%M%S}",
    }
    return json.dumps(alert).encode()


def fedex_token(answers):
    answers.post(FEDEX_TOKEN, json={"access_token": "t0k", "expires_in": 3599})


def fedex_result(number, *scans, unique="1"):
    """One track result; `scans` are (event type, aware time, city), newest first."""
    return {
        "trackingNumberInfo": {
            "trackingNumber": number,
            "trackingNumberUniqueId": unique,
            "carrierCode": "FDXG",
        },
        "latestStatusDetail": {"code": scans[0][0], "derivedCode": scans[0][0]},
        "scanEvents": [
            {
                "date": at.isoformat(),
                "eventType": code,
                "eventDescription": "A scan",
                "scanLocation": {"city": city, "countryCode": "US"},
                "derivedStatusCode": "IT",
            }
            for code, at, city in scans
        ],
    }


def fedex_unknown(number):
    error = {
        "code": "TRACKING.TRACKINGNUMBER.NOTFOUND",
        "message": "Tracking number cannot be found.",
    }
    return {"trackingNumberInfo": {"trackingNumber": number}, "error": error}


def fedex_body(by_number):
    """An answer; `by_number` holds the track results of each number."""
    results = [
        {"trackingNumber": number, "trackResults": told}
        for number, told in by_number.items()
    ]
    return {"output": {"completeTrackResults": results}}


def dhl_says(answers, number, *events):
    """Let DHL answer; `events` are (state, aware time, city), newest first."""
    told = [
        {
            "timestamp": at.isoformat(),
            "statusCode": state,
            "description": "A scan",
            "location": {"address": {"addressLocality": city, "countryCode": "DE"}},
        }
        for state, at, city in events
    ]
    body = {
        "shipments": [
            {
                "id": number,
                "service": "parcel-de",
                "status": told[0],
                "events": told,
                "returnFlag": False,
            }
        ]
    }
    query = matchers.query_param_matcher({"trackingNumber": number, "language": "en"})
    answers.get(DHL, json=body, match=[query])


def ghn_body(number, status, *log):
    """An order's detail; `log` are (status, aware time), oldest first."""
    return {
        "code": 200,
        "message": "Success",
        "data": {
            "order_code": number,
            "status": status,
            "to_name": "Mai Example",
            "to_phone": "0900000000",
            "log": [
                {"status": code, "updated_date": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
                for code, at in log
            ],
        },
    }


def ghn_push(number, status, at: datetime, **more):
    body = {
        "OrderCode": number,
        "Status": status,
        "Time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "Type": "switch_status",
        **more,
    }
    return json.dumps(body).encode()


def ghtk_body(number, status, at: datetime):
    order = {"label_id": number, "status": str(status), "modified": _hanoi(at)}
    return {"success": True, "message": "", "order": order}


def ghtk_push(number, status, at: datetime, *, province="Đà Nẵng"):
    body = {
        "label_id": number,
        "status_id": status,
        "action_time": _hanoi(at).replace(" ", "T") + "+07:00",
        "cur_station": {"address_l0": "VN", "address_l1": province},
    }
    return json.dumps(body).encode()


def viettel_push(number, status, at: datetime, *, token, **more):
    order = {
        "ORDER_NUMBER": number,
        "ORDER_STATUS": status,
        "ORDER_STATUSDATE": f"{at + timedelta(hours=7):%d/%m/%Y %H:%M:%S}",
        "RECEIVER_FULLNAME": "Mai Example",
        **more,
    }
    return json.dumps({"DATA": order, "TOKEN": token}).encode()


def _hanoi(at: datetime) -> str:
    return f"{at + timedelta(hours=7):%Y-%m-%d %H:%M:%S}"
