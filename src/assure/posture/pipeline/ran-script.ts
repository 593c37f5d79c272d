// What the commands of a step do, by the guard's own reading of shell: a publish behind `npm run release` is one all the same.
import { FACT_ROUNDS_MAX } from "#base/limits.ts";
import { isWithin } from "#base/path.ts";
import { deriveEffects } from "#guard/effects/derive.ts";
import type { Effect } from "#guard/effects/effect.ts";
import { FactReader } from "#guard/effects/fact-reader.ts";
import type { RanCommand } from "#guard/effects/ran-command.ts";
import { type FactAnswer, type FactQuery, type Facts, queryKey } from "#guard/facts.ts";
import type { Script } from "./pipeline.ts";

/** The text of a file of the repository by its path in it; undefined where there is none or it was not read. */
export type ProjectText = (path: string) => string | undefined;

/** What a script does. Places are offsets into the script's text. */
export type RanScript = {
  readonly effects: readonly Effect[];
  readonly commands: readonly RanCommand[];
};

/** Where a pipeline is taken to run. Nothing of the machine is looked at. */
const PROJECT = "/repository";
const HOME = "/home/pipeline";
const NOTHING: RanScript = { effects: [], commands: [] };

/**
 * Works out a script that is started with these variables. Pure and bounded by the guard's own bounds; scripts of other
 * languages than shell do nothing here.
 */
export function ranScript(
  script: Script,
  project: ProjectText,
  variables: ReadonlyMap<string, string> = new Map(),
): RanScript {
  if (!script.isPosix) return NOTHING;
  const input = { kind: "bash", background: false, sandboxOff: false } as const;
  const command = withoutExpressions(script.text);
  const call = { id: "", tool: "Bash", cwd: PROJECT, input: { ...input, command } };
  const answers = new Map<string, FactAnswer>();
  for (let round = 0; ; round += 1) {
    const reader = new FactReader(answers);
    const { effects, commands } = deriveEffects(call, factsOf(answers, variables), reader);
    const asked = reader.missing().flatMap((query) => {
      const answer = round < FACT_ROUNDS_MAX ? answerOf(query, project) : undefined;
      return answer === undefined ? [] : [[queryKey(query), answer] as const];
    });
    if (asked.length === 0) return { effects, commands };
    for (const [key, answer] of asked) answers.set(key, answer);
  }
}

function factsOf(
  answers: ReadonlyMap<string, FactAnswer>,
  variables: ReadonlyMap<string, string>,
): Facts {
  return {
    session: {
      ...{ sessionId: "", projectRoot: PROJECT, home: HOME, user: "pipeline", ownPaths: [] },
      ...{ mode: "default", interactive: false, ci: true },
    },
    shell: {
      ...{ dialect: "bash", known: true, functions: new Map(), aliases: new Map() },
      ...{ options: new Set(), variables },
    },
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set(),
    answers,
  };
}

/** Only files of the repository are known, and only those that were read: nothing is said to be missing. */
function answerOf(query: FactQuery, project: ProjectText): FactAnswer | undefined {
  if (query.kind !== "text" && query.kind !== "path") return undefined;
  const { path } = query;
  if (!isWithin(PROJECT, path)) return undefined;
  const text = project(path.slice(PROJECT.length + 1));
  if (text === undefined) return undefined;
  return query.kind === "text"
    ? { kind: "text", text, complete: true }
    : { kind: "path", real: path, type: "file", links: 1 };
}

/**
 * Expressions that the system fills in before a shell sees them, as variables of the same length that nobody knows. WHY of the
 * same length: places stay where they are.
 */
export function withoutExpressions(text: string): string {
  return text
    .replace(/\$\{\{[^\n]*?\}\}/g, (whole) => `\${${"E".repeat(whole.length - 3)}}`)
    .replace(/\$\[\[[^\n]*?\]\]/g, (whole) => `\${${"E".repeat(whole.length - 3)}}`)
    .replace(/<<[^\n<>]*?>>/g, (whole) =>
      /^<<\s*(?:pipeline|parameters|matrix)\./.test(whole)
        ? `\${${"E".repeat(whole.length - 3)}}`
        : whole,
    );
}
