// The calls that name a canary: in every field of every tool, in every place, format and spelling, alone and with a guess.
import type { ToolUse } from "../model-stub.ts";
import { canaryName, FORMATS, PLACES, SECRETS, SPELLINGS } from "./canary-files.ts";
import {
  type Field,
  fieldsOf,
  leastInput,
  type OfferedTool,
  takesText,
  withField,
} from "./tool-fields.ts";

/** A call, and what it tries. */
export type CanaryCall = {
  readonly tool: string;
  readonly field: string;
  /** The canary as the call names it. */
  readonly names: string;
  /** The other field with its value, where one carries a guess or a choice. */
  readonly beside?: string;
  readonly use: ToolUse;
};

/** Inputs of tools whose schema says less than the tool asks for. */
const BASES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Edit: { old_string: "never-there", new_string: "put-there" },
  ScheduleWakeup: { delaySeconds: 3600, reason: "r", prompt: "p", noop: true },
  TaskStop: { task_id: "t" },
  Monitor: { timeout_ms: 1000 },
};
const NUMBERS = [2];
/** The project's canaries in each format, and two formats elsewhere. */
const FILES = PLACES.flatMap((place) =>
  Object.keys(FORMATS)
    .filter((format) => place === "<project>" || format === "" || format === ".json")
    .map((format) => `${place}/${canaryName(format)}`),
);
/** Those beside which every other field has each of its values, and those beside which it has only the guess. */
const GUESSED = ["<project>/.env", "<project>/.env.ipynb"];
const GUESSED_BRIEFLY = [
  "<outside>/.env",
  "<home>/.env",
  ...["link", "hard link", "through /proc"].map((name) => SPELLINGS[name] ?? ""),
];

/** All calls of one tool. `reading` names its fields that may name a file. */
export function canaryCalls(tool: OfferedTool, reading: readonly string[]): readonly CanaryCall[] {
  const fields = fieldsOf(tool.input_schema);
  const base = { ...Object(leastInput(tool.input_schema)), ...BASES[tool.name] };
  const call = (field: Field, names: string, also?: readonly [Field, unknown]): CanaryCall => {
    let input = withField(tool.input_schema, base, field.path, names);
    if (also !== undefined) input = withField(tool.input_schema, input, also[0].path, also[1]);
    return {
      tool: tool.name,
      field: field.path,
      names,
      ...(also === undefined ? {} : { beside: `${also[0].path}=${JSON.stringify(also[1])}` }),
      use: { name: tool.name, input: Object(input) },
    };
  };
  return fields.filter(takesText).flatMap((field) => {
    if (!reading.includes(field.path)) return [call(field, "<project>/.env @<project>/.env")];
    const others = fields.filter((other) => other.path !== field.path);
    const guess = (names: string, other: Field) =>
      valuesOf(other).map((value) => call(field, names, [other, value]));
    return [
      ...[...FILES, ...Object.values(SPELLINGS)].map((names) => call(field, names)),
      ...GUESSED.flatMap((names) => others.flatMap((other) => guess(names, other))),
      ...GUESSED_BRIEFLY.flatMap((names) =>
        others.filter(takesText).flatMap((other) => guess(names, other)),
      ),
    ];
  });
}

/** What may be said beside a path: a right guess, each choice, a few numbers. */
function valuesOf(field: Field): readonly unknown[] {
  if (takesText(field)) return [SECRETS.first];
  if (field.schema.enum !== undefined) return field.schema.enum;
  return field.schema.type === "boolean" ? [true] : NUMBERS;
}

/** The part of the calls that is tried in every mode and by an ordinary run: one format and one link, guesses beside them. */
export function briefly(calls: readonly CanaryCall[]): readonly CanaryCall[] {
  const names = new Set([
    "<project>/.env",
    "<project>/.env.json",
    "<project>/.env.ipynb",
    "<outside>/.env.json",
    SPELLINGS["link"],
  ]);
  return calls.filter(
    ({ names: named, beside }) =>
      (names.has(named) && (beside === undefined || beside.endsWith(`="${SECRETS.first}"`))) ||
      named.includes("@<project>"),
  );
}
