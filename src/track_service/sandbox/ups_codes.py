"""What UPS says of each step: type, code, statusCode, text and a rewording."""

from track_service.sandbox.parcels import Did

# type, two-letter code, three-digit code, text, text after rewording
SCANS: dict[tuple[Did, str], tuple[str, str, str, str, str]] = {
    (Did.LABEL, ""): ("M", "MP", "003", "Shipper created a label, UPS has not received the package yet. ", "Shipment Ready for UPS"),
    (Did.CANCELLED, ""): ("MV", "VP", "007", "Shipment Information Voided", "Label voided by shipper"),
    (Did.PICKED_UP, ""): ("P", "PU", "038", "Picked Up by UPS", "Pickup Scan"),
    (Did.ARRIVED, "origin"): ("I", "OR", "160", "We Have Your Package", "Origin Scan"),
    (Did.ARRIVED, ""): ("I", "AR", "005", "Arrived at Facility", "Arrival Scan"),
    (Did.DEPARTED, ""): ("I", "DP", "005", "Departed from Facility", "Departure Scan"),
    (Did.CUSTOMS, ""): ("X", "4C", "012", "Clearance in Progress", "Package is being prepared for clearance."),
    (Did.CLEARED, ""): ("I", "XD", "014", "Clearance Completed", "Import Scan"),
    (Did.DELAYED, "weather"): ("X", "DJ", "052", "Severe weather conditions have delayed delivery.", "Delay: Severe Weather"),
    (Did.DELAYED, "customs"): ("X", "1W", "058", "Clearance Information Required", "Importer contacted for clearance information."),
    (Did.DELAYED, "sorting"): ("X", "18", "046", "A late flight has caused a delay.", "Delay"),
    (Did.AT_DEPOT, ""): ("I", "YP", "071", "Preparing for Delivery", "Processing at UPS Facility"),
    (Did.OUT_FOR_DELIVERY, ""): ("I", "OT", "021", "Out For Delivery Today", "Out for Delivery"),
    (Did.ATTEMPT_FAILED, ""): ("X", "48", "022", "The receiver was not available for delivery.", "First Attempt Made"),
    (Did.ATTEMPT_FAILED, "second"): ("X", "48", "023", "The receiver was not available a second time.", "Second Delivery Attempted"),
    (Did.ATTEMPT_FAILED, "last"): ("X", "49", "024", "The receiver was not available at the final attempt.", "Final Attempt Made"),
    (Did.ATTEMPT_FAILED, "no_access"): ("X", "G3", "060", "The business was closed when we tried to deliver.", "Delivery Attempted"),
    (Did.ATTEMPT_FAILED, "refused"): ("X", "AM", "064", "The receiver has refused delivery.", "Delivery Refused"),
    (Did.HELD, ""): ("I", "ZP", "040", "Ready for Customer Pickup", "Awaiting customer pickup at UPS Access Point"),
    (Did.DAMAGED, ""): ("X", "45", "059", "Damage Reported", "Your package was damaged in transit."),
    (Did.LOST, ""): ("X", "TJ", "068", "Sent to Lost and Found", "Package cannot be located"),
    (Did.RETURNING, ""): ("X", "DL", "035", "Returning to Sender", "The package will be returned to the sender."),
    (Did.RETURNING, "moving"): ("I", "AR", "036", "Returning to Sender: In Transit", "Return in transit"),
    (Did.RETURNED, ""): ("RS", "", "034", "Returned to Sender", "Returned to shipper"),
    (Did.DELIVERED, ""): ("D", "FS", "011", "DELIVERED ", "Delivered"),
    (Did.COLLECTED, ""): ("D", "2W", "011", "DELIVERED ", "Picked up at UPS Access Point"),
    (Did.NOVEL, ""): ("I", "Q9", "998", "Package dreamt of", "Package dreamt of"),
}  # fmt: skip
