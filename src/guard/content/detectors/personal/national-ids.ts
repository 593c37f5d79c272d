// National numbers of people: those of each country, and one behind a label that fits the number of any.
import type { Detector } from "../../detection/detector.ts";
import { labelledValue } from "../../detection/labelled-value.ts";
import { labelsOf } from "../../detection/labels.ts";
import { nationalIds as ofCountries } from "../../rows/personal/national-ids.ts";

/** Labels that fit the number of any country: the digits say which one it is. */
const anyCountry = labelledValue({
  id: "personal/national-id",
  title: "a national number of some country",
  family: "personal",
  tier: "medium",
  rank: 10,
  labels: labelsOf([
    ...["national id", "national id number", "national identification"],
    ...["national identification number", "national identity number", "identification number"],
    ...["identity card number", "personal id", "personal number", "personal identification number"],
    ...["citizen id", "government id", "tax id", "tax identification number", "taxpayer id"],
    ...["tax number", "social security", "ausweisnummer", "person number"],
  ]),
  value: /[A-Za-z]{0,6}[0-9](?:[-. /]?[0-9A-Z]){6,17}/g,
  accept: (text) => ofCountries.some((one) => "accepts" in one && one.accepts(text)),
});

export const nationalIds: readonly Detector[] = [...ofCountries, anyCountry];
