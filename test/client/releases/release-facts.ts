// What a release of the client says about itself: every list that the catalogue stands on, read out of its program.
import { listAt, type ProgramText } from "./program-text.ts";
import { readPayloads, readSettingsKeys, type SchemaKey } from "./schema-reading.ts";

/** The lists of one release. */
export type ReleaseFacts = {
  readonly version: string;
  readonly keys: readonly SchemaKey[];
  readonly events: readonly string[];
  /** Fields of each event's payload, and of all. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly tools: readonly string[];
  readonly modes: readonly string[];
  readonly modEvents: readonly string[];
  readonly flags: readonly string[];
  readonly variables: readonly string[];
  /** Variables that a repository's settings cannot set; `*` at the end stands for any ending. */
  readonly startOnly: readonly string[];
};

/** Fewer than these is no list of the client: what was looked for stands elsewhere now. */
const LEAST = {
  keys: 250,
  events: 25,
  fields: 25,
  tools: 30,
  modes: 5,
  modEvents: 80,
  flags: 60,
  variables: 1_000,
  startOnly: 150,
} as const;

const WORDS: Readonly<Record<keyof typeof LEAST, string>> = {
  keys: "keys of settings",
  events: "hook events",
  fields: "fields of payloads",
  tools: "tools",
  modes: "permission modes",
  modEvents: "events of mods",
  flags: "flags of the command line",
  variables: "environment variables",
  startOnly: "variables that count only from where the client is started",
};

/** Reads all of them. Throws an Error that says which list is not found, or is too short to be it. */
export function readFacts(program: ProgramText): ReleaseFacts {
  const payloads = reading("fields", () => readPayloads(program));
  const facts: ReleaseFacts = {
    version: program.version,
    keys: reading("keys", () => readSettingsKeys(program)),
    events: reading("events", () =>
      longest(program, /\["PreToolUse","PostToolUse","PostToolUseFailure"/g),
    ),
    fields: new Map([["*", payloads.common], ...payloads.byEvent]),
    tools: reading("tools", () => longest(program, /\["Agent","Artifact","AskUserQuestion"/g)),
    modes: reading("modes", () => longest(program, /\["acceptEdits","auto","bypassPermissions"/g)),
    modEvents: reading("modEvents", () => readModEvents(program)),
    flags: matched(program, /\.(?:o|addO)ption\((?:new [\w$]+\()?"(?:-\w, )?(--[a-z][\w-]*)/g),
    variables: readVariables(program),
    startOnly: reading("startOnly", () => readStartOnly(program)),
  };
  for (const [list, least] of Object.entries(LEAST) as [keyof typeof LEAST, number][]) {
    const held = facts[list];
    const count = "size" in held ? held.size : held.length;
    if (count < least)
      throw new Error(
        `the program of ${program.version} has ${count} ${WORDS[list]}, ${least} at least were expected: the list stands elsewhere now, and test/client/releases has to learn where`,
      );
  }
  return facts;
}

function reading<T>(list: keyof typeof LEAST, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the ${WORDS[list]} were not read: ${why}`, { cause: error });
  }
}

/** The longest list that begins so. */
function longest(program: ProgramText, head: RegExp): readonly string[] {
  const lists = [...program.text.matchAll(head)].map(({ index }) => listAt(program, index).names);
  const found = lists.toSorted((a, b) => b.length - a.length)[0];
  if (found === undefined) throw new Error("no such list is in the program");
  return found;
}

function matched({ text }: ProgramText, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))].sort();
}

/** The program declares its variables in objects that hold nothing else. */
function readVariables({ text }: ProgramText): readonly string[] {
  const objects = text.matchAll(/\{(?:[A-Z][A-Z0-9_]{3,}:\(\)=>[\w$]+,?){2,}\}/g);
  const names = [...objects].flatMap(([object]) =>
    /[{,](?:CLAUDE_CODE|ANTHROPIC)_/.test(object)
      ? [...object.matchAll(/([A-Z][A-Z0-9_]+):/g)].map((match) => match[1] ?? "")
      : [],
  );
  return [...new Set(names)].sort();
}

/** What mods may replace or call, `classic.` and a hook's event among it. */
function readModEvents(program: ProgramText): readonly string[] {
  const { text } = program;
  const at = text.search(/=\[\.\.\.[\w$]+,"tool\.call","tool\.check"/);
  if (at === -1) throw new Error("no list has `tool.call` and `tool.check`");
  const { names } = listAt(program, at + 1);
  const events = longest(program, /\["PreToolUse","PostToolUse","PostToolUseFailure"/g);
  return [...names, ...events.map((event) => `classic.${event}`)].sort();
}

function readStartOnly(program: ProgramText): readonly string[] {
  const { text } = program;
  const inside = text.indexOf('"CLAUDE_CODE_MODEL_CATALOG_URL","CLAUDE_CODE_MODEL_CATALOG"');
  const set = text.lastIndexOf("new Set([", inside);
  if (inside === -1 || set === -1) throw new Error("no set has `CLAUDE_CODE_MODEL_CATALOG_URL`");
  const { names, left } = listAt(program, set + "new Set(".length);
  // What builds fill in by a plan of their own; everything else has to be understood.
  const odd = left.filter((item) => !/^\.\.\.[\w$]+\.flatMap\(/.test(item));
  if (odd.length > 0) throw new Error(`a part of the list is not read: \`${odd[0]}\``);
  const prefixes = /^\]\),[\w$]+=\[((?:"[A-Z0-9_]+",?|\.\.\.[^,\]]+,?)+)\]/.exec(
    text.slice(text.indexOf("])", inside)),
  )?.[1];
  const begins = [...(prefixes ?? "").matchAll(/"([A-Z0-9_]+)"/g)].map((match) => `${match[1]}*`);
  return [...names, ...begins].sort();
}
