// The content stage: looks for secrets and personal data in a call, and stops when there is enough to tell.
import { FINDINGS_MAX } from "#base/limits.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import type { Detector } from "./detector.ts";
import { DETECTORS } from "./detectors/index.ts";
import type { Finding } from "./finding.ts";

/** What the detectors find in what the agent sends, at most `FINDINGS_MAX` of it. */
export function scanCall(
  call: ToolCall,
  detectors: readonly Detector[] = DETECTORS,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [place, text] of textsOf(call)) {
    findings.push(...scanText(text, place, FINDINGS_MAX - findings.length, detectors));
  }
  return findings;
}

/** What the detectors find in one text, at most `max` of it, the first of each detector before the second of any. */
export function scanText(
  text: string,
  place: string,
  max: number = FINDINGS_MAX,
  detectors: readonly Detector[] = DETECTORS,
): readonly Finding[] {
  const found = detectors.map(({ id, tier, find }) => {
    const findings: Finding[] = [];
    for (const { start, end } of find(text)) {
      if (findings.length >= max) break;
      findings.push({ detector: id, tier, place, start, end });
    }
    return findings;
  });
  const rounds = Math.max(0, ...found.map(({ length }) => length));
  const inTurn = Array.from({ length: rounds }, (_, round) =>
    found.flatMap((findings) => findings[round] ?? []),
  );
  return inTurn.flat().slice(0, max);
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
