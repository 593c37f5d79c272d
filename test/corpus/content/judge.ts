// What the content stage says of an item, matched with its labels by overlap: what was found, what was missed, what was a false alarm.
import { SCAN_FINDINGS_MAX } from "#base/limits.ts";
import type { Detector } from "#guard/content/detection/detector.ts";
import { DETECTORS } from "#guard/content/detectors/index.ts";
import type { Finding, Tier } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import { kindOfDetector } from "./detector-kinds.ts";
import type { Item, TrueSpan } from "./make.ts";

/** A label with what was found of it: the surest tier of any finding that meets it, and whether one of its own kind does. */
export type Met = {
  readonly span: TrueSpan;
  readonly tier: Tier | undefined;
  readonly isNamedRight: boolean;
  /** Every character of it lies in a finding: a redaction would leave nothing of it. */
  readonly isCovered: boolean;
};

/** Findings that overlap each other count once: a person sees one alarm. */
export type Alarm = {
  readonly start: number;
  readonly end: number;
  readonly tier: Tier;
  readonly detectors: readonly string[];
  readonly isTrue: boolean;
};

/** One item with all that was said of it. Findings of the other set's families are left out: its texts are not labelled for them. */
export type Judged = {
  readonly item: Item;
  readonly findings: readonly Finding[];
  readonly met: readonly Met[];
  readonly alarms: readonly Alarm[];
};

const ORDER: readonly Tier[] = ["low", "medium", "high"];

/** Scans an item as a file of its name and matches what was found with its labels. */
export function judge(item: Item, detectors: readonly Detector[] = DETECTORS): Judged {
  const options = { path: item.file, max: SCAN_FINDINGS_MAX, detectors };
  const findings = scanText(item.text, item.file, options).findings.filter(
    (finding) =>
      (finding.family === "secret") === (item.set === "secrets") && !isToldDefault(item, finding),
  );
  return match(item, findings);
}

/** Rule 2: what everybody knows may be named at the tier that holds no call, and need not be. */
const DEFAULTS =
  /^(?:postgres|root|guest|admin|minioadmin|password|secret|changeme|test|mysql|mongo|redis|rabbitmq|elastic|user)$/i;

function isToldDefault({ text }: Item, { detector, tier, start, end }: Finding): boolean {
  const isPlain = detector === "default-password" || detector === "default-login";
  return isPlain && tier === "low" && DEFAULTS.test(text.slice(start, end));
}

/** Matches findings with the labels of their item. */
export function match(item: Item, findings: readonly Finding[]): Judged {
  return {
    item,
    findings,
    met: item.spans.filter(({ isOptional }) => !isOptional).map((span) => meet(span, findings)),
    alarms: alarmsOf(item, findings),
  };
}

/** Whether a finding or an alarm shares a character with a label. */
export function overlaps(
  one: { readonly start: number; readonly end: number },
  other: { readonly start: number; readonly end: number },
): boolean {
  return one.start < other.end && other.start < one.end;
}

/** Whether a tier counts where `least` is asked for. */
export function isAtLeast(tier: Tier | undefined, least: Tier): boolean {
  return tier !== undefined && ORDER.indexOf(tier) >= ORDER.indexOf(least);
}

function meet(span: TrueSpan, findings: readonly Finding[]): Met {
  const those = findings.filter((finding) => overlaps(finding, span));
  let covered = span.start;
  for (const { start, end } of [...those].sort((a, b) => a.start - b.start)) {
    if (start <= covered) covered = Math.max(covered, end);
  }
  return {
    span,
    tier: surest(those),
    isNamedRight: those.some(({ detector }) => kindOfDetector(detector) === span.kind),
    isCovered: covered >= span.end,
  };
}

function surest(findings: readonly Finding[]): Tier | undefined {
  return [...ORDER].reverse().find((tier) => findings.some((finding) => finding.tier === tier));
}

/** Alarms of an item, without those that only meet what may be found or not. */
function alarmsOf({ spans }: Item, findings: readonly Finding[]): readonly Alarm[] {
  const groups: Finding[][] = [];
  let end = -1;
  for (const finding of [...findings].sort((a, b) => a.start - b.start)) {
    if (finding.start < end) groups.at(-1)?.push(finding);
    else groups.push([finding]);
    end = Math.max(end, finding.end);
  }
  return groups.flatMap((group) => {
    const place = {
      start: Math.min(...group.map(({ start }) => start)),
      end: Math.max(...group.map((finding) => finding.end)),
    };
    const hit = spans.filter((span) => overlaps(span, place));
    if (hit.length > 0 && hit.every(({ isOptional }) => isOptional)) return [];
    const detectors = [...new Set(group.map(({ detector }) => detector))];
    return [{ ...place, tier: surest(group) ?? "low", detectors, isTrue: hit.length > 0 }];
  });
}
