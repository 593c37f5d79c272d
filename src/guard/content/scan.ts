// The content stage: looks for secrets, personal and health data in a text or a call, and says whether it saw all of it.
import { DECODED_DEPTH_MAX, FINDINGS_MAX, SCAN_FINDINGS_MAX, scanStepsMax } from "#base/limits.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import { foundTogether } from "./bulk.ts";
import type { Detector, Hit, Span, Surroundings } from "./detection/detector.ts";
import { DETECTORS } from "./detectors/index.ts";
import { type Decoded, decodedParts } from "./detection/encoded.ts";
import { UNSCANNED } from "./finding-class.ts";
import { type FileNature, fileNature } from "./detection/file-nature.ts";
import type { Family, Finding, ScanResult } from "./detection/finding.ts";
import { tableSigns } from "./detection/table-column.ts";
import { prefilter } from "./prefilter.ts";
import { type Candidate, resolved } from "./resolve.ts";

/**
 * `max`: findings reported, `FINDINGS_MAX` unless told; the search goes on behind it. `path`: the file that the text is of or goes to.
 * `steps`: the budget, by the text's length unless told. `families`: who asks looks at findings of these alone, so where there are
 * none of them, findings of others may be missing.
 */
export type ScanOptions = {
  readonly max?: number;
  readonly detectors?: readonly Detector[];
  readonly path?: string;
  readonly steps?: number;
  readonly families?: readonly Family[];
};

/** Characters given to a detector, and characters gone through by the keyword search, that cost one step. */
const CHARS_PER_STEP = 64;
const FILTERED_CHARS_PER_STEP = 512;

/**
 * What the detectors find in what the agent sends, at most `FINDINGS_MAX` of it. A text that was not looked through in full has a finding
 * `unscanned` of its own, so that a rule can speak of it.
 */
export function scanCall(
  call: ToolCall,
  detectors: readonly Detector[] = DETECTORS,
): readonly Finding[] {
  const findings: Finding[] = [];
  const path = "path" in call.input ? call.input.path : undefined;
  for (const [place, text] of textsOf(call)) {
    const max = FINDINGS_MAX - findings.length;
    const options = { max, detectors, ...(path === undefined ? {} : { path }) };
    const { findings: found, isTruncated } = scanText(text, place, options);
    findings.push(...found, ...foundTogether(found, text));
    if (isTruncated) findings.push(unscanned(place, text));
  }
  return findings;
}

function unscanned(place: string, { length: end }: string): Finding {
  return { detector: UNSCANNED, family: "secret", tier: "low", place, start: 0, end };
}

/**
 * What the detectors find in one text, its encoded parts included: at most `max` findings, the first of each detector before the second
 * of any. One finding a value; spans do not overlap. Pure, and linear in the text; past its budget it stops and says so.
 */
export function scanText(text: string, place: string, options: ScanOptions = {}): ScanResult {
  const { families, ...rest } = options;
  if (families !== undefined) {
    // WHY all detectors once one of these found something: which of two that overlap is kept is a matter of both.
    const found = lookThrough(text, place, rest, families);
    if (found.candidates.length === 0) return resultOf(found, text, rest);
  }
  return resultOf(lookThrough(text, place, rest), text, rest);
}

function lookThrough(
  text: string,
  place: string,
  { detectors = DETECTORS, path, steps }: ScanOptions,
  families?: readonly Family[],
): Scan {
  const scan: Scan = {
    place,
    detectors,
    families,
    file: fileNature(path),
    candidates: [],
    stepsMax: steps ?? scanStepsMax(text.length),
    steps: 0,
    isTruncated: false,
  };
  look(scan, { text, encodings: [], placeOf: (span) => span });
  return scan;
}

function resultOf(
  { candidates, isTruncated, steps }: Scan,
  text: string,
  { max = FINDINGS_MAX }: ScanOptions,
): ScanResult {
  return { findings: inTurn(resolved(candidates, text), max), isTruncated, steps };
}

/** One scan while it runs. */
type Scan = {
  readonly place: string;
  readonly detectors: readonly Detector[];
  /** Of which detectors look; all where it is undefined. */
  readonly families: readonly Family[] | undefined;
  readonly file: FileNature;
  readonly candidates: Candidate[];
  readonly stepsMax: number;
  steps: number;
  isTruncated: boolean;
};

/** Goes through one text, and through what is encoded in it. */
function look(scan: Scan, layer: Decoded): void {
  const { text, encodings, placeOf } = layer;
  if (!spend(scan, Math.ceil(text.length / FILTERED_CHARS_PER_STEP))) return;
  const tables = tableSigns(text);
  for (const { detector, windows } of prefilter(scan.detectors, text, scan.families)) {
    for (let at = 0; at < windows.length; at += 2) {
      const start = windows[at] ?? 0;
      const end = windows[at + 1] ?? 0;
      if (!spend(scan, Math.ceil((end - start) / CHARS_PER_STEP))) return;
      const surroundings: Surroundings = {
        text,
        start,
        isFirst: at === 0,
        file: scan.file,
        tables,
      };
      for (const hit of detector.find(text.slice(start, end), surroundings)) {
        if (scan.candidates.length >= SCAN_FINDINGS_MAX) {
          scan.isTruncated = true;
          return;
        }
        const span = placeOf({ start: start + hit.start, end: start + hit.end });
        const finding = findingOf(scan.place, { detector, hit, span, encodings });
        scan.candidates.push({ detector, finding });
      }
    }
  }
  if (encodings.length >= DECODED_DEPTH_MAX) return;
  for (const part of decodedParts(text)) {
    if (scan.isTruncated) return;
    look(scan, {
      text: part.text,
      encodings: [...encodings, ...part.encodings],
      placeOf: (span) => placeOf(part.placeOf(span)),
    });
  }
}

/** WHY field by field: a hostile text makes ten thousand of them, and objects put together from parts take thrice as long. */
function findingOf(
  place: string,
  of: {
    readonly detector: Detector;
    readonly hit: Hit;
    readonly span: Span;
    readonly encodings: Decoded["encodings"];
  },
): Finding {
  const { id: detector, family } = of.detector;
  const { start, end } = of.span;
  const tier = of.hit.tier ?? of.detector.tier;
  if (of.encodings.length === 0) return { detector, family, tier, place, start, end };
  return { detector, family, tier, place, start, end, decoded: of.encodings };
}

/** Takes steps from the budget; false when there are not enough left. */
function spend(scan: Scan, steps: number): boolean {
  scan.steps += steps;
  if (scan.steps > scan.stepsMax) scan.isTruncated = true;
  return !scan.isTruncated;
}

/** The first of each detector, then the second of each, and so on. */
function inTurn(findings: readonly Finding[], max: number): readonly Finding[] {
  if (findings.length <= max) return findings;
  const turns = new Map<string, number>();
  const turnOf = findings.map(({ detector }) => {
    const turn = turns.get(detector) ?? 0;
    turns.set(detector, turn + 1);
    return turn;
  });
  return findings
    .map((finding, index) => ({ finding, turn: turnOf[index] ?? 0 }))
    .sort((one, other) => one.turn - other.turn)
    .slice(0, max)
    .map(({ finding }) => finding)
    .sort((one, other) => one.start - other.start);
}

/** How many findings there are of each detector, by its id. */
export function countFindings(findings: readonly Finding[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { detector } of findings) counts[detector] = (counts[detector] ?? 0) + 1;
  return counts;
}

function textsOf({ input }: ToolCall): readonly (readonly [place: string, text: string])[] {
  switch (input.kind) {
    case "bash":
      return [["command", input.command]];
    case "write":
      return [["content", input.content]];
    case "edit":
      return [["new_string", input.newText]];
    case "fetch":
      return [["url", input.url]];
    case "web-search":
      return [["query", input.query]];
    case "message":
      return [["message", input.text]];
    case "agent":
    case "schedule":
      return [["prompt", input.prompt]];
    case "skill":
      return [["args", input.args]];
    case "workflow":
      return input.script === undefined ? [] : [["script", input.script]];
    case "mcp":
    case "other":
      return [["input", JSON.stringify(input.input)]];
    case "read":
    case "search":
    case "worktree":
    case "bookkeeping":
      return [];
    default:
      return input satisfies never;
  }
}
