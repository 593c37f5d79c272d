// Numbers of papers, accounts and things that belong to somebody: their form says little, the label before them everything.
import type { Detector } from "../../detection/detector.ts";
import { labelledValue } from "../../detection/labelled-value.ts";
import { labelsOf } from "../../detection/labels.ts";
import { digitsOf, isOneCharacter, passesLuhn } from "../../validators/check-digits.ts";
import { isRoutingNumber } from "../../validators/us-identifiers.ts";
import { isVin } from "../../validators/vehicle.ts";

/** Enough digits, and not one of those that fill a field. */
const isNumber = (from: number) => (text: string) => {
  const digits = digitsOf(text);
  return (
    digits.length >= from &&
    !isOneCharacter(digits) &&
    !/^(?:0123456|1234567)/.test(digits.padEnd(7, "x"))
  );
};

const passport = labelledValue({
  ...{
    id: "personal/passport",
    title: "the number of a passport",
    family: "personal",
    tier: "medium",
  },
  labels: labelsOf(
    [
      "passport",
      "passport number",
      "passport no",
      "reisepass",
      "reisepassnummer",
      "passeport",
      "pasaporte",
      "passaporto",
      "paspoort",
    ],
    ["passport", "reisepass", "passeport", "pasaporte", "passaporto", "paspoort"],
  ),
  value: /[A-Z0-9]{6,9}/g,
  accept: (text) => /[0-9]/.test(text) && !/^(?:0123456|1234567|0+$)/.test(text),
});

const drivingLicence = labelledValue({
  ...{
    id: "personal/driving-licence",
    title: "the number of a driving licence",
    family: "personal",
    tier: "medium",
  },
  labels: labelsOf(
    [
      ...[
        "driver license",
        "drivers license",
        "driver's license",
        "driving licence",
        "driving license",
        "dl number",
        "dl no",
      ],
      ...[
        "license number",
        "licence number",
        "drivers licence",
        "driver's licence",
        "führerschein",
        "permis de conduire",
        "driver licence",
        "dl",
      ],
    ],
    [
      "driver",
      "driving",
      "dl number",
      "dl no",
      "dl#",
      "dl:",
      "dl_",
      "dl =",
      'dl"',
      "license number",
      "license_number",
      "licensenumber",
      "licence number",
      "licence_number",
      "licencenumber",
      "führerschein",
      "permis de",
    ],
  ),
  value:
    /[A-Za-z][0-9]{2,3}[- ]?[0-9]{2,4}[- ]?[0-9]{2,5}(?:[- ]?[0-9]{1,3})?|[A-Z]{5}[0-9]{6}[A-Z0-9]{5}|[A-Z]{1,2}[0-9]{4,13}|[0-9]{7,12}/g,
  accept: isNumber(5),
});

const bankAccount = labelledValue({
  ...{
    id: "personal/bank-account",
    title: "the number of an account",
    family: "personal",
    tier: "medium",
  },
  labels: labelsOf(
    [
      ...[
        "account number",
        "account no",
        "acct number",
        "acct no",
        "acct",
        "bank account",
        "checking account",
        "savings account",
      ],
      ...[
        "kontonummer",
        "kontonr",
        "numéro de compte",
        "número de cuenta",
        "accountnumber",
        "account num",
        "account",
      ],
    ],
    [
      "account n",
      "account_n",
      "accountn",
      "account-n",
      "acct",
      "bank account",
      "bank_account",
      "bankaccount",
      "checking a",
      "savings a",
      "kontonr",
      "kontonummer",
      "de compte",
      "de cuenta",
      "account:",
      "account#",
      "account #",
    ],
  ),
  value: /[0-9]{3,6}(?:[- ][0-9]{2,6}){1,3}|[0-9]{7,17}/g,
  accept: isNumber(7),
});

const routingNumber = labelledValue({
  ...{
    id: "personal/bank-routing",
    title: "the routing number of a bank beside an account",
    family: "personal",
    tier: "low",
  },
  labels: labelsOf(
    ["routing", "routing number", "routing no", "aba", "aba number", "rtn", "transit number"],
    [
      "routing n",
      "routing_n",
      "routingn",
      "routing:",
      'routing"',
      "routing#",
      "aba:",
      "aba ",
      "aba#",
      "aba_",
      'aba"',
      "rtn:",
      "rtn ",
      "transit",
    ],
  ),
  value: /[0-9]{9}/g,
  accept: isRoutingNumber,
});

const vehicle = labelledValue({
  ...{
    id: "personal/vehicle",
    title: "the identification number of a vehicle",
    family: "personal",
    tier: "medium",
  },
  labels: labelsOf(
    [
      "vin",
      "vehicle identification",
      "vehicle identification number",
      "vehicle id",
      "chassis",
      "chassis number",
      "fahrgestellnummer",
      "fin",
    ],
    [
      "vin:",
      "vin ",
      "vin=",
      "vin_",
      'vin"',
      "vin'",
      "vin#",
      "vin,",
      "vehicle",
      "chassis",
      "fahrgestell",
    ],
  ),
  value: /[A-HJ-NPR-Z0-9]{17}/gi,
  accept: isVin,
  nearness: "loose",
});

const licencePlate = labelledValue({
  ...{
    id: "personal/licence-plate",
    title: "the licence plate of a vehicle",
    family: "personal",
    tier: "low",
    rank: 10,
  },
  labels: labelsOf([
    "license plate",
    "licence plate",
    "number plate",
    "registration plate",
    "kennzeichen",
    "immatriculation",
  ]),
  value: /[A-ZÄÖÜ0-9]{1,4}[- ·]?[A-ZÄÖÜ0-9]{1,4}(?:[- ·]?[A-Z0-9]{1,4})?/g,
  accept: (text) =>
    /[0-9]/.test(text) && /[A-Z]/.test(text) && text.length >= 5 && text.length <= 12,
});

const imei = labelledValue({
  ...{
    id: "personal/imei",
    title: "the identity of a mobile device",
    family: "personal",
    tier: "medium",
  },
  labels: labelsOf(["imei", "imei number", "imeisv"]),
  value: /[0-9]{2}[- ]?[0-9]{6}[- ]?[0-9]{6}[- ]?[0-9]/g,
  accept: (text) => passesLuhn(digitsOf(text)) && !isOneCharacter(digitsOf(text)),
  nearness: "loose",
});

const deviceSerial = labelledValue({
  ...{
    id: "personal/device-serial",
    title: "the serial number of a device",
    family: "personal",
    tier: "low",
    rank: 10,
  },
  labels: labelsOf(
    [
      "device serial",
      "device serial number",
      "device id",
      "device identifier",
      "pacemaker serial",
      "implant serial",
      "udi",
      "unique device identifier",
      "serial number",
    ],
    [
      "device s",
      "device_s",
      "devices",
      "device i",
      "device_i",
      "deviceid",
      "pacemaker",
      "implant",
      "udi:",
      "udi ",
      "unique device",
      "serial number",
      "serial_number",
      "serialnumber",
    ],
  ),
  value:
    /(?:\(01\)[0-9]{14}(?:\([0-9]{2}\)[A-Z0-9-]{1,20}){0,4})|[A-Z0-9]{2,6}(?:-[A-Z0-9]{2,12}){1,4}|[A-Z0-9]{8,24}/g,
  accept: (text) => /[0-9]/.test(text) && isNumber(3)(text) && text.length >= 8,
});

export const documents: readonly Detector[] = [
  ...[
    passport,
    drivingLicence,
    bankAccount,
    routingNumber,
    vehicle,
    licencePlate,
    imei,
    deviceSerial,
  ],
];
