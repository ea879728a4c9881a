"""What FedEx says of each step, of exceptions and of derived codes."""

from track_service.sandbox.parcels import Did

# event type, derived code, exception code, text, text after rewording
SCANS: dict[tuple[Did, str], tuple[str, str, str, str, str]] = {
    (Did.LABEL, ""): ("OC", "IN", "", "Shipment information sent to FedEx", "Label created"),
    (Did.CANCELLED, ""): ("CA", "CA", "", "Shipment cancelled by sender", "Shipment cancelled"),
    (Did.PICKED_UP, ""): ("PU", "PU", "", "Picked up", "We have your package"),
    (Did.ARRIVED, "origin"): ("AR", "IT", "", "Arrived at FedEx origin facility", "Arrived at FedEx location"),
    (Did.ARRIVED, ""): ("AR", "IT", "", "Arrived at FedEx location", "Arrived at FedEx hub"),
    (Did.DEPARTED, ""): ("DP", "IT", "", "Departed FedEx location", "Left FedEx hub"),
    (Did.CUSTOMS, ""): ("CP", "CP", "", "Clearance in progress", "Clearance in process"),
    (Did.CLEARED, ""): ("CC", "IT", "", "International shipment release - Import", "Cleared customs"),
    (Did.DELAYED, "weather"): ("DY", "DY", "A52", "Delay", "Local weather delay"),
    (Did.DELAYED, "customs"): ("CD", "CD", "", "Clearance delay - Import", "Clearance delay"),
    (Did.DELAYED, "sorting"): ("DY", "DY", "", "Delay", "Operational delay"),
    (Did.AT_DEPOT, ""): ("AR", "IT", "", "At local FedEx facility", "At destination sort facility"),
    (Did.OUT_FOR_DELIVERY, ""): ("OD", "IT", "", "On FedEx vehicle for delivery", "Out for delivery"),
    (Did.ATTEMPT_FAILED, ""): ("DE", "DE", "08", "Delivery exception", "Delivery attempted"),
    (Did.ATTEMPT_FAILED, "refused"): ("DE", "DE", "07", "Delivery exception", "Refused by recipient"),
    (Did.HELD, ""): ("HP", "HP", "", "Ready for recipient pickup", "Ready for pickup"),
    (Did.DAMAGED, ""): ("SE", "SE", "", "Shipment exception", "Damaged in transit"),
    (Did.LOST, ""): ("SE", "SE", "", "Shipment exception", "Shipment exception - trace opened"),
    (Did.RETURNING, ""): ("RS", "RS", "", "Returning package to shipper", "Return to shipper"),
    (Did.RETURNED, ""): ("RS", "RS", "", "Package returned to shipper", "Returned to shipper"),
    (Did.DELIVERED, ""): ("DL", "DL", "", "Delivered", "Delivered to recipient"),
    (Did.COLLECTED, ""): ("DL", "DL", "", "Delivered", "Picked up by recipient"),
    (Did.NOVEL, ""): ("QX", "QX", "", "Package dreamt of", "Package dreamt of"),
}  # fmt: skip
EXCEPTIONS = {
    (Did.DELAYED, "weather"): "Weather delay",
    (Did.ATTEMPT_FAILED, ""): "Customer not available or business closed",
    (Did.ATTEMPT_FAILED, "refused"): "Shipment refused by recipient",
    (Did.DAMAGED, ""): "Damaged, handling per shipper instructions",
    (Did.LOST, ""): "Unable to locate package",
}
DERIVED = {
    "IN": "Initiated", "IT": "In transit", "PU": "Picked up", "DL": "Delivered",
    "DE": "Delivery exception", "SE": "Shipment exception", "DY": "Delay",
    "CD": "Clearance delay", "CP": "Clearance in progress", "CA": "Cancelled",
    "HP": "Ready for pickup", "RS": "Returning", "QX": "Dreaming",
}  # fmt: skip
COUNTRIES = {"US": "United States", "GB": "United Kingdom", "VN": "Vietnam"}
FAILURES = {
    429: ("TOO.MANY.REQUESTS.ERROR", "The quota of this project is used up."),
    500: ("INTERNAL.SERVER.ERROR", "Something unexpected went wrong here."),
}
