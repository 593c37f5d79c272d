// The client's schemas as its program has them: the keys of settings with their types, and the fields of payloads.
import { objectMembers, quotedTexts, valueEnd } from "./source-text.ts";
import { definitionOf, listAt, type ProgramText } from "./program-text.ts";

/** A key by its path, as the catalogue writes it, with what it takes. */
export type SchemaKey = {
  readonly key: string;
  /** Of those that the catalogue knows; `any` where the program does not say it plainly. */
  readonly types: readonly string[];
  readonly values?: readonly string[];
};

/** Schemas name schemas, and some name themselves. */
const DEPTH_MAX = 14;
const KEYS_MAX = 5_000;
/** A key of the schema by which it is found, and where the schema begins before it. */
const FIRST_KEY = ",apiKeyHelper:()=>";
const BEGIN = "{$schema:()=>";

/** The functions that make schemas, which each release calls otherwise, by keys of which the type is known. */
type Makers = Readonly<
  Record<"string" | "boolean" | "number" | "object" | "list" | "enum" | "literal", string>
>;

const ANCHORS = {
  string: [/[{,]apiKeyHelper:\(\)=>([\w$]+)\(\)/, "apiKeyHelper"],
  boolean: [/[{,]disableAllHooks:\(\)=>([\w$]+)\(\)/, "disableAllHooks"],
  number: [/[{,]cleanupPeriodDays:\(\)=>([\w$]+)\(\)/, "cleanupPeriodDays"],
  object: [/[{,]quietHours:\(\)=>([\w$]+)\(\{/, "quietHours"],
  list: [/[{,]allowedHttpHookUrls:\(\)=>([\w$]+)\([\w$]+\(\)\)/, "allowedHttpHookUrls"],
  literal: [/[{,]fileSuggestion:\(\)=>[\w$]+\(\{type:([\w$]+)\("command"\)/, "fileSuggestion"],
  enum: [/[{,]autoUpdatesChannel:\(\)=>([\w$]+)\(\["/, "autoUpdatesChannel"],
} as const;

function makersOf(around: string): Makers {
  const found = Object.entries(ANCHORS).map(([kind, [pattern, key]]) => {
    const name = pattern.exec(around)?.[1];
    if (name === undefined)
      throw new Error(`the schema of settings is not read: \`${key}\` is not written as a ${kind}`);
    return [kind, name];
  });
  return Object.fromEntries(found) as Makers;
}

type Reading = {
  readonly program: ProgramText;
  readonly makers: Makers;
  readonly keys: Map<string, SchemaKey>;
};

/** Every key of settings, at the top and below. Throws an Error where the schema is not found. */
export function readSettingsKeys(program: ProgramText): readonly SchemaKey[] {
  const { text } = program;
  const first = text.indexOf(FIRST_KEY);
  const at = first === -1 ? -1 : text.lastIndexOf(BEGIN, first);
  if (at === -1) throw new Error("the schema of settings is not in the program");
  const end = valueEnd(text, at);
  const reading: Reading = { program, makers: makersOf(text.slice(at, end)), keys: new Map() };
  readObject(reading, { at, path: "", depth: 0 });
  readGatedKeys(reading);
  readHookKeys(reading);
  return [...reading.keys.values()];
}

/** Keys that only some builds have: each family has a gate and a shape. */
function readGatedKeys(reading: Reading): void {
  const { text } = reading.program;
  for (const match of text.matchAll(/\{buildGate:\(\)=>[^,]*,shape:\(\)=>\((?=\{)/g))
    readObject(reading, { at: match.index + match[0].length, path: "", depth: 0 });
}

/** What a hook entry may hold, by the kinds of calls. */
function readHookKeys(reading: Reading): void {
  const { text } = reading.program;
  const kinds = [
    ...text.matchAll(/=[\w$]+\((?=\{type:[\w$]+\("(command|http|mcp_tool|prompt|agent)"\))/g),
  ].filter((match) => /,statusMessage:/.test(text.slice(match.index, match.index + 6_000)));
  const path = "hooks.*[].hooks[]";
  if (kinds.length < 5) throw new Error("the schema of hooks is not in the program");
  for (const match of kinds)
    readObject(reading, { at: match.index + match[0].length, path, depth: DEPTH_MAX - 4 });
  reading.keys.set("hooks.*[].matcher", { key: "hooks.*[].matcher", types: ["string"] });
  reading.keys.set("hooks.*[].hooks", { key: "hooks.*[].hooks", types: ["list"] });
}

type Place = { readonly at: number; readonly path: string; readonly depth: number };

function readObject(reading: Reading, { at, path, depth }: Place): void {
  const { text } = reading.program;
  for (const member of objectMembers(text, at)) {
    if (reading.keys.size > KEYS_MAX) throw new Error("the schema of settings has no end");
    const named = /^(?:"([^"]+)"|([$\w]+)):(?:\(\)=>)?/.exec(member.text);
    const name = named?.[1] ?? named?.[2];
    if (named === null || name === undefined) {
      // A key that only some sessions have: `...condition&&{key:...}`.
      const inner = /^\.\.\..*?&&(?=\{)|^\.\.\.(?=\{)/.exec(member.text);
      if (inner !== null)
        readObject(reading, { at: member.at + inner[0].length, path, depth: depth + 1 });
      continue;
    }
    const key = path === "" ? name : `${path}.${name}`;
    readValue(reading, { at: member.at + named[0].length, path: key, depth: depth + 1 });
  }
}

/** Enters the key and what is below it. */
function readValue(reading: Reading, place: Place): void {
  const { type, values, inner } = kindOf(reading, place);
  const known = reading.keys.get(place.path);
  if (!place.path.endsWith("[]") && !place.path.endsWith(".*"))
    reading.keys.set(place.path, {
      key: place.path,
      types: plainTypes([...(known?.types ?? []), type]),
      ...valuesOf([...(known?.values ?? []), ...(values ?? [])]),
    });
  for (const next of inner)
    if ("object" in next) readObject(reading, next.object);
    else readValue(reading, next.value);
}

function plainTypes(types: readonly string[]): readonly string[] {
  const plain = [...new Set(types)].filter((type) => type !== "any");
  return plain.length === 0 ? ["any"] : plain;
}

const valuesOf = (values: readonly string[]) =>
  values.length === 0 ? {} : { values: [...new Set(values)] };

type Kind = {
  readonly type: string;
  readonly values?: readonly string[];
  readonly inner: readonly ({ readonly object: Place } | { readonly value: Place })[];
};

function kindOf(reading: Reading, { at, path, depth }: Place): Kind {
  const { makers, program } = reading;
  const { text } = program;
  const unknown: Kind = { type: "any", inner: [] };
  if (depth > DEPTH_MAX) return unknown;
  if (text[at] === "{") {
    const body = text.slice(at, valueEnd(text, at));
    const first = body.indexOf(`${makers.object}({`);
    return first === -1
      ? unknown
      : { type: "object", inner: [{ value: { at: at + first, path, depth: depth + 1 } }] };
  }
  const head = /^([\w$]+)\(/.exec(text.slice(at, at + 60));
  const name = head?.[1];
  if (head === null || name === undefined) return unknown;
  const open = at + head[0].length;
  const next = { at: open, path, depth: depth + 1 };
  switch (name) {
    case makers.string:
      return { type: "string", inner: [] };
    case makers.boolean:
      return { type: "boolean", inner: [] };
    case makers.number:
      return {
        type: text.startsWith(").int()", open) ? "integer" : "number",
        inner: [],
      };
    case makers.object:
      return text[open] === "{" ? { type: "object", inner: [{ object: next }] } : unknown;
    case makers.list: {
      const isTexts = text.startsWith(`${makers.string}()`, open);
      if (isTexts) return { type: "strings", inner: [] };
      return { type: "list", inner: [{ value: { ...next, path: `${path}[]` } }] };
    }
    case makers.enum: {
      const named = /^[\w$]+/.exec(text.slice(open, open + 60))?.[0];
      const list = text[open] === "[" ? open : definitionOf(program, named ?? "", open);
      if (list === undefined || text[list] !== "[") return unknown;
      return { type: "enum", inner: [], values: listAt(program, list).names };
    }
    default:
      return otherKind(reading, { name, next });
  }
}

/** Maps, choices of schemas, schemas by name, and schemas that something is wrapped around. */
function otherKind(
  { program, makers }: Reading,
  { name, next }: { readonly name: string; readonly next: Place },
): Kind {
  const { text } = program;
  const first = valueEnd(text, next.at);
  const lazily = /^\(\)=>/.exec(text.slice(next.at, next.at + 4));
  if (lazily !== null)
    return { type: "any", inner: [{ value: { ...next, at: next.at + lazily[0].length } }] };
  // What is done to a value before its schema is held against it.
  if (text[first] === "," && /^(?:\([\w$]*\)=>|[\w$]+$)/.test(text.slice(next.at, first)))
    return { type: "any", inner: [{ value: { ...next, at: first + 1 } }] };
  // A map: texts to schemas.
  if (text[first] === "," && text.startsWith(`${makers.string}()`, next.at))
    return {
      type: "map",
      inner: [{ value: { ...next, at: first + 1, path: `${next.path}.*` } }],
    };
  if (text[next.at] === "[")
    return {
      type: "any",
      inner: objectMembers(text, next.at).map(({ at }) => ({ value: { ...next, at } })),
    };
  if (name === makers.literal)
    return { type: "enum", inner: [], values: quotedTexts(text.slice(next.at, first)) };
  const home = definitionOf(program, name, next.at);
  if (home !== undefined) {
    const lazy = /^[\w$]+\(\(\)=>|^\(\)=>/.exec(text.slice(home, home + 40))?.[0] ?? "";
    const named = { ...next, at: home + lazy.length };
    return { type: "any", inner: text[home] === "(" && lazy === "" ? [] : [{ value: named }] };
  }
  return { type: "any", inner: first > next.at ? [{ value: next }] : [] };
}

/** The fields of each hook event's payload, in the order of the program; `common` are those that every event has. */
export function readPayloads(program: ProgramText): {
  readonly common: readonly string[];
  readonly byEvent: ReadonlyMap<string, readonly string[]>;
} {
  const { text } = program;
  const byEvent = new Map<string, readonly string[]>();
  for (const match of text.matchAll(/\(\{hook_event_name:[\w$]+\("(\w+)"\)/g)) {
    const fields = objectMembers(text, match.index + 1).flatMap(({ text: member }) =>
      member.startsWith("hook_event_name:") ? [] : (/^(\w+):/.exec(member)?.[1] ?? []),
    );
    const before = byEvent.get(match[1] ?? "") ?? [];
    byEvent.set(match[1] ?? "", [...new Set([...before, ...fields])]);
  }
  const begin = text.search(/\{session_id:[\w$]+\(\),transcript_path:[\w$]+\(\)/);
  if (begin === -1 || byEvent.size === 0)
    throw new Error("the payloads of hook events are not in the program");
  const common = objectMembers(text, begin).flatMap(
    ({ text: member }) => /^(\w+):/.exec(member)?.[1] ?? [],
  );
  return { common, byEvent };
}
