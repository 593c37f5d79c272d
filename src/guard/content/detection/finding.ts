// Findings of the content stage: where a text holds a secret or personal data, never what it says.

/** How sure it is that the text holds what the detector is named after: `high` blocks or redacts, `low` is only recorded. */
export type Tier = "high" | "medium" | "low";
/** What kind of data it is: what gives access, what tells who somebody is, what tells how somebody's health is. */
export type Family = "secret" | "personal" | "health";

/** The family that most who look for findings ask about. */
export const SECRETS: readonly Family[] = ["secret"];
/** A form that hid the data and was undone before it was found; the outermost first in `Finding.decoded`. */
export type Encoding = "base64" | "base64url" | "hex" | "percent" | "json" | "gzip";

/**
 * One finding. `place` is the part of the call (`command`, `content`), `start`/`end` are UTF-16 offsets in it: of the value
 * alone, so that what stands there can be replaced. What was found inside of encoded text has the span of that text.
 */
export type Finding = {
  readonly detector: string;
  readonly family: Family;
  readonly tier: Tier;
  readonly place: string;
  readonly start: number;
  readonly end: number;
  readonly decoded?: readonly Encoding[];
};

/**
 * What one scan gives. `isTruncated`: a bound was reached and a part of the text was not looked through in full; whoever
 * lets the text out must not take it for clean. `steps` are what the scan cost, for the record.
 */
export type ScanResult = {
  readonly findings: readonly Finding[];
  readonly isTruncated: boolean;
  readonly steps: number;
};

const TIERS: readonly Tier[] = ["low", "medium", "high"];

/** Whether `tier` is at least as sure as `least`. */
export function isAtLeast(tier: Tier, least: Tier): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(least);
}

/** Whether a finding is of a secret, and sure enough to act on. */
export function isSecret({ family, tier }: Finding): boolean {
  return family === "secret" && isAtLeast(tier, "medium");
}
