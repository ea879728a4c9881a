"""What DHL Paket and DHL Express say of each step."""

from track_service.sandbox.parcels import Did

# statusCode, German, English, either of them reworded
PAKET: dict[tuple[Did, str], tuple[str, str, str]] = {
    (Did.LABEL, ""): ("pre-transit", "Die Sendung wurde elektronisch angekündigt.", "The sender has provided the instruction data of this shipment to DHL electronically."),
    (Did.CANCELLED, ""): ("failure", "Die Sendung wurde storniert.", "The shipment has been cancelled."),
    (Did.PICKED_UP, ""): ("transit", "Die Sendung wurde vom Absender in der Filiale eingeliefert.", "The shipment was handed over to DHL."),
    (Did.ARRIVED, "origin"): ("transit", "Die Sendung wurde im Start-Paketzentrum bearbeitet.", "The shipment has been processed in the parcel center of origin."),
    (Did.ARRIVED, ""): ("transit", "Die Sendung ist im Paketzentrum angekommen.", "The shipment has arrived at the parcel center."),
    (Did.DEPARTED, ""): ("transit", "Die Sendung wurde für den Weitertransport vorbereitet.", "The shipment has been prepared for onward transport."),
    (Did.DELAYED, "weather"): ("transit", "Witterungsbedingt verzögert sich die Zustellung der Sendung.", "Delivery of the shipment is delayed due to weather conditions."),
    (Did.DELAYED, "sorting"): ("transit", "Die Sendung wurde fehlgeleitet und konnte nicht zugestellt werden.", "The shipment was misrouted and is delayed."),
    (Did.AT_DEPOT, ""): ("transit", "Die Sendung wird in der Zustellbasis für die Zustellung vorbereitet.", "The shipment is being prepared for delivery in the delivery depot."),
    (Did.OUT_FOR_DELIVERY, ""): ("transit", "Die Sendung wurde in das Zustellfahrzeug geladen.", "The shipment has been loaded into the delivery vehicle."),
    (Did.ATTEMPT_FAILED, ""): ("failure", "Die Sendung konnte nicht zugestellt werden.", "The shipment could not be delivered."),
    (Did.ATTEMPT_FAILED, "refused"): ("failure", "Die Annahme der Sendung wurde verweigert.", "Acceptance of the shipment was refused."),
    (Did.HELD, ""): ("transit", "Die Sendung liegt zur Abholung bereit.", "The shipment is ready for collection."),
    (Did.DAMAGED, ""): ("failure", "Die Sendung wurde beschädigt.", "The shipment has been damaged."),
    (Did.LOST, ""): ("failure", "Die Sendung ist verloren gegangen.", "The shipment has been lost."),
    (Did.RETURNING, ""): ("failure", "Die Sendung wird an den Absender zurückgesandt.", "The shipment is returning to sender."),
    (Did.RETURNED, ""): ("delivered", "Die Sendung wurde an den Absender zurückgegeben.", "The shipment has been returned to the sender."),
    (Did.DELIVERED, ""): ("delivered", "Die Sendung wurde zugestellt.", "The shipment has been delivered."),
    (Did.COLLECTED, ""): ("delivered", "Die Sendung wurde in der Filiale abgeholt.", "The shipment was picked up by the recipient at the retail outlet."),
    (Did.NOVEL, ""): ("unknown", "Die Sendung wurde erträumt.", "The shipment has been dreamt of."),
}  # fmt: skip

# statusCode, code of the Express table, text
EXPRESS: dict[tuple[Did, str], tuple[str, str, str]] = {
    (Did.LABEL, ""): ("pre-transit", "104", "Shipment information received"),
    (Did.CANCELLED, ""): ("failure", "SS", "Shipment stopped"),
    (Did.PICKED_UP, ""): ("transit", "PU", "Shipment picked up"),
    (Did.ARRIVED, "origin"): ("transit", "PL", "Processed at origin"),
    (Did.ARRIVED, ""): ("transit", "AF", "Arrived at DHL sort facility"),
    (Did.DEPARTED, ""): ("transit", "DF", "Departed from DHL facility"),
    (Did.CUSTOMS, ""): ("transit", "IC", "Customs clearance in progress"),
    (Did.CLEARED, ""): ("transit", "CR", "Clearance processing complete"),
    (Did.DELAYED, "weather"): ("transit", "OH", "Shipment on hold because of the weather"),
    (Did.DELAYED, "customs"): ("transit", "UD", "Clearance event: further details needed"),
    (Did.DELAYED, "sorting"): ("transit", "MS", "Shipment mis-sorted"),
    (Did.AT_DEPOT, ""): ("transit", "AR", "Arrived at DHL delivery facility"),
    (Did.OUT_FOR_DELIVERY, ""): ("transit", "WC", "Shipment is out with courier for delivery"),
    (Did.ATTEMPT_FAILED, ""): ("failure", "NH", "Delivery attempted, recipient not home"),
    (Did.ATTEMPT_FAILED, "no_access"): ("failure", "CA", "Delivery attempted, premises closed"),
    (Did.ATTEMPT_FAILED, "refused"): ("failure", "RD", "Recipient refused delivery"),
    (Did.HELD, ""): ("transit", "CC", "Awaiting collection by recipient as requested"),
    (Did.DAMAGED, ""): ("transit", "OH", "Shipment damaged, on hold"),
    (Did.LOST, ""): ("transit", "OH", "Shipment on hold, it cannot be located"),
    (Did.RETURNING, ""): ("transit", "FD", "Shipment is being returned to the shipper"),
    (Did.RETURNED, ""): ("failure", "RT", "Returned to shipper"),
    (Did.DELIVERED, ""): ("delivered", "OK", "Delivered"),
    (Did.COLLECTED, ""): ("delivered", "OK", "Delivered"),
    (Did.NOVEL, ""): ("unknown", "Q9", "Shipment dreamt of"),
}  # fmt: skip
