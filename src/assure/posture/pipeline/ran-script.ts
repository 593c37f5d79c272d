// What the commands of a step do, by the guard's own reading of shell: a publish behind `npm run release` is one all the same.
import { FACT_ROUNDS_MAX } from "#base/limits.ts";
import { isWithin } from "#base/path.ts";
import { deriveEffects } from "#guard/effects/derive.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { RanCommand } from "#guard/effects/model/ran-command.ts";
import { type FactAnswer, type FactQuery, type Facts, queryKey } from "#guard/facts/facts.ts";
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
  filled: (expression: string) => string | undefined = () => undefined,
): RanScript {
  if (!script.isPosix) return NOTHING;
  const input = { kind: "bash", background: false, sandboxOff: false } as const;
  const { text: command, names } = withoutExpressions(script.text);
  const known = [...names].flatMap(([name, expression]): [string, string][] => {
    const value = filled(expression);
    return value === undefined ? [] : [[name, value]];
  });
  const all = new Map([...variables, ...known]);
  const call = { id: "", tool: "Bash", cwd: PROJECT, input: { ...input, command } };
  const answers = new Map<string, FactAnswer>();
  for (let round = 0; ; round += 1) {
    const reader = new FactReader(answers);
    const { effects, commands } = deriveEffects(call, factsOf(answers, all), reader);
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
      sessionId: "",
      projectRoot: PROJECT,
      home: HOME,
      user: "pipeline",
      ownPaths: [],
      mode: "default",
      interactive: false,
      ci: true,
    },
    shell: {
      dialect: "bash",
      known: true,
      functions: new Map(),
      aliases: new Map(),
      options: new Set(),
      variables,
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
 * Expressions that the system fills in before a shell sees them, as variables of the same length: places stay where they are.
 * `names`: each variable with the expression that it stands for. One too short for a number of its own stands for any.
 */
function withoutExpressions(text: string): {
  readonly text: string;
  readonly names: ReadonlyMap<string, string>;
} {
  const names = new Map<string, string>();
  const stand = (whole: string): string => {
    const expression = whole.replace(/^(?:\$\{\{|\$\[\[|<<)\s*|\s*(?:\}\}|\]\]|>>)$/g, "");
    const before = [...names].find(([, one]) => one === expression)?.[0];
    const room = whole.length - 3;
    const own = `E${names.size}_`;
    if (own.length > room) return `\${${"E".repeat(room)}}`;
    const name = before?.length === room ? before : own.padEnd(room, "E");
    names.set(name, expression);
    return `\${${name}}`;
  };
  const made = text
    .replace(/\$\{\{[^\n]*?\}\}/g, stand)
    .replace(/\$\[\[[^\n]*?\]\]/g, stand)
    .replace(/<<[^\n<>]*?>>/g, (whole) =>
      /^<<\s*(?:pipeline|parameters|matrix)\./.test(whole) ? stand(whole) : whole,
    );
  return { text: made, names };
}
