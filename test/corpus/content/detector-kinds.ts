// Which label of the personal set each detector speaks of, so that a date found as a telephone number is no success.

/** Detectors by the last part of their id, where that is not the label. */
const KINDS: Readonly<Record<string, string>> = {
  "address-field": "address",
  "au-medicare": "medicare",
  "au-tfn": "tfn",
  "be-niss": "rijksregister",
  "birth-date": "dob",
  "born-name": "name",
  "br-cnpj": "cnpj",
  "br-cpf": "cpf",
  "ca-sin": "sin",
  "chart-number": "mrn",
  "de-steuer-id": "steuerid",
  "diagnosis-code": "icd",
  "dk-cpr": "cpr",
  "driving-licence": "licence",
  "email-address": "email",
  "es-dni": "dni",
  "es-nie": "nie",
  "fi-hetu": "hetu",
  "fr-nir": "nir",
  "gb-nhs": "nhs",
  "gb-nino": "nino",
  "in-aadhaar": "aadhaar",
  "in-pan": "pan",
  "ip-address": "ip",
  "it-codice-fiscale": "codicefiscale",
  "letter-name": "name",
  "mail-name": "name",
  "mbi-dashed": "mbi",
  "name-field": "name",
  "nl-bsn": "bsn",
  "no-fodselsnummer": "fodselsnummer",
  "payment-card": "card",
  "phone-number": "phone",
  "pl-pesel": "pesel",
  "plan-number": "plan",
  "postal-address": "address",
  "record-number": "mrn",
  "se-personnummer": "personnummer",
  "titled-name": "name",
  "us-ssn": "ssn",
};

/** The label that a detector's findings stand for: the last part of its id unless the table says otherwise. */
export function kindOfDetector(detector: string): string {
  const name = detector.slice(detector.lastIndexOf("/") + 1);
  return KINDS[name] ?? name;
}
