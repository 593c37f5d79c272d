// The content stage: looks for secrets, personal and health data in a text or a call, and says whether it saw all of it.
import { FINDINGS_MAX, SCAN_FINDINGS_MAX, scanStepsMax } from "#base/limits.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import type { Detector, Surroundings } from "./detector.ts";
import { DETECTORS } from "./detectors/index.ts";
import { fileNature } from "./file-nature.ts";
import type { Finding, ScanResult } from "./finding.ts";
import { prefilter, type Windows } from "./prefilter.ts";

/**
 * `max`: findings reported, `FINDINGS_MAX` unless told; the search goes on behind it. `path`: the file that the text is of or goes to.
 * `steps`: the budget, by the text's length unless told.
 */
export type ScanOptions = {
  readonly max?: number;
  readonly detectors?: readonly Detector[];
  readonly path?: string;
  readonly steps?: number;
};

/** Characters given to a detector, and characters gone through by the automaton, that cost one step. */
const CHARS_PER_STEP = 64;
const FILTERED_CHARS_PER_STEP = 512;

/** What the detectors find in what the agent sends, at most `FINDINGS_MAX` of it. */
export function scanCall(
  call: ToolCall,
  detectors: readonly Detector[] = DETECTORS,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [place, text] of textsOf(call)) {
    const max = FINDINGS_MAX - findings.length;
    findings.push(...scanText(text, place, { max, detectors }).findings);
  }
  return findings;
}

/**
 * What the detectors find in one text: at most `max` findings, the first of each detector before the second of any. Pure, and linear
 * in the text; past its budget it stops and says so.
 */
export function scanText(text: string, place: string, options: ScanOptions = {}): ScanResult {
  const { max = FINDINGS_MAX, detectors = DETECTORS, path, steps: budget } = options;
  const file = fileNature(path);
  const allowed = budget ?? scanStepsMax(text.length);
  let steps = Math.ceil(text.length / FILTERED_CHARS_PER_STEP);
  let isTruncated = false;
  const found: Finding[][] = [];
  let count = 0;
  for (const { detector, windows } of prefilter(detectors, text)) {
    const findings: Finding[] = [];
    found.push(findings);
    for (const { start, end } of spansIn(windows)) {
      steps += Math.ceil((end - start) / CHARS_PER_STEP);
      if (steps > allowed || count >= SCAN_FINDINGS_MAX) {
        isTruncated = true;
        break;
      }
      const surroundings: Surroundings = { text, start, file };
      for (const hit of detector.find(text.slice(start, end), surroundings)) {
        if (count >= SCAN_FINDINGS_MAX) break;
        count += 1;
        const { id, family, tier } = detector;
        findings.push({
          ...{ detector: id, family, tier: hit.tier ?? tier, place },
          ...{ start: start + hit.start, end: start + hit.end },
        });
      }
    }
  }
  return { findings: inTurn(found, max), isTruncated, steps };
}

function* spansIn(windows: Windows): Generator<{ readonly start: number; readonly end: number }> {
  for (let at = 0; at < windows.length; at += 2)
    yield { start: windows[at] ?? 0, end: windows[at + 1] ?? 0 };
}

function inTurn(found: readonly (readonly Finding[])[], max: number): readonly Finding[] {
  const rounds = Math.max(0, ...found.map(({ length }) => length));
  const kept: Finding[] = [];
  for (let round = 0; round < rounds && kept.length < max; round += 1) {
    for (const findings of found) {
      const finding = findings[round];
      if (finding !== undefined && kept.length < max) kept.push(finding);
    }
  }
  return kept;
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
