// What keys of questions are made of: the call, what was found in it, and the words that keys share.
import type { Finding } from "../../content/detection/finding.ts";
import type { FactReader } from "../../facts/fact-reader.ts";
import type { GitFacts } from "../../facts/facts.ts";
import type { RanCommand } from "../../effects/model/ran-command.ts";
import type { Json, ToolCall } from "../../toolcall/tool-call.ts";
import type { PlaceTests } from "../condition-places.ts";
import type { Policy } from "../policy.ts";

/** What the keys of a call's questions are made of. */
export type KeySources = {
  readonly call: ToolCall | undefined;
  readonly commands: readonly RanCommand[];
  readonly findings: readonly Finding[];
  readonly reader: FactReader;
  readonly places: PlaceTests;
  readonly policy: Policy;
  /** Of a text, the same for equal ones alone; without it nothing that depends on a file's text is remembered. */
  readonly digest?: ((text: string) => string) | undefined;
};

/** The repository in whose tree the call runs, if it is known. */
export function repositoryOf({ cwd }: ToolCall, reader: FactReader): GitFacts | undefined {
  const answer = reader.ask({ kind: "git", directory: cwd });
  return answer?.kind === "git" ? answer.repository : undefined;
}

/** A key of these parts. */
export function keyText(...parts: readonly Json[]): string {
  return JSON.stringify(parts);
}

/** The call's command as it stands, and where: the same line again. */
export function lineOf({ input, cwd, tool }: ToolCall): Json[] {
  return [tool, input.kind === "bash" ? input.command : JSON.stringify(input), cwd];
}

/** The families of what detectors found in the call, each with how sure that is. */
export function classesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ family, tier }) => `${family}-${tier}`))].sort();
}
