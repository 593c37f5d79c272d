// Endpoints of named questions about the log: their list, and the answer of one.
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { readLines } from "../context/own-command.ts";
import { sameAnswer } from "../context/same-answers.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command } from "./fields.ts";

const ROWS_MAX = 10_000;
/** As many as the command takes, and one more. */
const FILES_LOOKED_AT = 201;
/** What a question may take besides a time, as the command names it. */
const TAKEN = [
  ...["pattern", "user", "session", "tool", "path"],
  ...["branch", "package", "prompt", "text"],
] as const;

const questionName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "a question is named by small letters, digits and dashes"),
);
const given = (max: number) => v.optional(v.pipe(v.string(), v.maxLength(max)));
const cell = v.nullable(v.union([v.string(), v.number(), v.boolean()]));
const listedQuestion = v.object({
  id: v.string(),
  title: v.string(),
  takes: v.array(v.string()),
  /** The time that it is about where none is named; a question without one is in SQL. */
  over: v.optional(v.string()),
});

/** Changes when a person saves, changes or removes a question. */
function signOf(folder: string): string {
  try {
    const names = readdirSync(folder).toSorted().slice(0, FILES_LOOKED_AT);
    return names
      .map((name) => {
        const { mtimeMs, ctimeMs, size, ino } = lstatSync(join(folder, name));
        return [name, mtimeMs, ctimeMs, size, ino].join(":");
      })
      .join("\n");
  } catch {
    return "none";
  }
}

export const queryEndpoints = [
  endpoint({
    method: "GET",
    path: "/queries",
    about: "Questions about the log that have a name: those that ship, and those that were saved.",
    role: "viewer",
    input: v.strictObject({}),
    answer: v.object({ command, items: v.array(listedQuestion) }),
    async work(parts) {
      const kept = { key: "queries", sign: signOf(parts.directories.queries) };
      const items = await sameAnswer(parts, kept, async () =>
        readLines(await parts.run(["log", "query", "--json"]), listedQuestion),
      );
      return { command: "sallyport log query", items: [...items] };
    },
  }),
  endpoint({
    method: "GET",
    path: "/queries/:name",
    about: "The answer to a named question, as a table.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({
      name: questionName,
      ...Object.fromEntries(TAKEN.map((name) => [name, given(512)])),
      since: given(64),
      until: given(40),
      limit: v.optional(
        v.pipe(v.string(), v.regex(/^\d{1,5}$/, "give a whole number"), v.transform(Number)),
        "1000",
      ),
    }),
    answer: v.object({
      command,
      columns: v.array(v.string()),
      rows: v.array(v.array(cell)),
      /** What the command said beside its answer: what is missing, how it was found. */
      notes: v.array(v.string()),
      isCut: v.boolean(),
    }),
    async work({ run }, { input, signal }) {
      const { name, limit } = input;
      if (limit < 1 || limit > ROWS_MAX)
        throw new ApiFault("input", `limit: from 1 to ${ROWS_MAX} rows`);
      const told: Readonly<Record<string, unknown>> = input;
      const options = [...TAKEN, "since", "until"].flatMap((option) => {
        const value = told[option];
        return typeof value === "string" && value !== "" ? [[option, value] as const] : [];
      });
      const args = options.map(([option, value]) => `--${option}=${value}`);
      const ran = await run(["log", "query", name, "--json", `--limit=${limit}`, ...args], {
        signal,
      });
      const notes = ran.problem.split("\n").flatMap((line) => line.trim() || []);
      if (ran.code !== 0)
        throw new Failure("usage", notes.join(" ") || "the question was not answered");
      const lines = readLines(ran, v.record(v.string(), cell));
      const columns = Object.keys(lines[0] ?? {});
      const words = options.map(([option, value]) => ` --${option}=${shellWord(value)}`).join("");
      return {
        command: `sallyport log query ${name}${words}`,
        columns,
        rows: lines.map((row) => columns.map((column) => row[column] ?? null)),
        notes,
        isCut: lines.length === limit,
      };
    },
  }),
];
