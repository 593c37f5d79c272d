// Options as manuals document them: facts alone (spelling, whether a value follows, what kind of place the value names), and their compact form.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { parse } from "yaml";

/** `either`: the manual says both, or leaves it open. */
export type Arity = "none" | "required" | "optional" | "either";

/** What the placeholder of a value tells of it; `other`: a number, a word, a pattern. */
export type ValueKind = "file" | "directory" | "command" | "url" | "other";

export type DocumentedOption = {
  readonly spelling: string;
  readonly arity: Arity;
  readonly kind: ValueKind;
};

/** What was taken of one program; programs that document the same options share one entry. */
export type DocumentedProgram = {
  readonly names: readonly string[];
  /** The package and its version, where a package brought it. */
  readonly source: string;
  readonly options: readonly DocumentedOption[];
};

const MARKS: Readonly<Record<Arity, string>> = {
  none: "",
  required: "=",
  optional: "?",
  either: "~",
};
const FORM = /^(?<spelling>..+?|..)(?:(?<mark>[=?~])(?<kind>file|directory|command|url)?)?$/;

const DATA = fileURLToPath(new URL("./documented.yaml", import.meta.url));
const Stored = v.array(
  v.strictObject({ names: v.string(), source: v.string(), options: v.string() }),
);

/** The stored options of all programs, as {@link storedForm} wrote them. */
export function documentedPrograms(path: string = DATA): readonly DocumentedProgram[] {
  return v.parse(Stored, parse(readFileSync(path, "utf8"))).map(({ names, source, options }) => ({
    names: names.split(" "),
    source,
    options: options.split(" ").map(readOption),
  }));
}

function readOption(text: string): DocumentedOption {
  const { spelling = text, mark, kind } = FORM.exec(text)?.groups ?? {};
  const arity = Object.entries(MARKS).find(([, one]) => one === (mark ?? ""))?.[0] as Arity;
  return { spelling, arity, kind: (kind as ValueKind | undefined) ?? "other" };
}

/** The text of the stored file: one entry for each set of options, in the order of names. */
export function storedForm(programs: readonly DocumentedProgram[]): string {
  const bySet = new Map<string, { names: string[]; source: string }>();
  for (const { names, source, options } of programs) {
    const key = [...options]
      .sort((a, b) => (a.spelling < b.spelling ? -1 : 1))
      .map(writeOption)
      .join(" ");
    const entry = bySet.get(`${source}\n${key}`) ?? { names: [], source };
    entry.names.push(...names);
    bySet.set(`${source}\n${key}`, entry);
  }
  const entries = [...bySet].map(([key, { names, source }]) => ({
    names: [...new Set(names)].sort().join(" "),
    source,
    options: key.slice(key.indexOf("\n") + 1),
  }));
  entries.sort((a, b) => (a.names < b.names ? -1 : 1));
  return [
    "# Options as the manuals of programs document them: -x none, -x= a value, -x? a glued value or none, -x~ open; then what it names.",
    "# Written by `npm run options -- --write`.",
    ...entries.map(
      ({ names, source, options }) =>
        `- { names: "${names}", source: "${source}", options: ${JSON.stringify(options)} }`,
    ),
    "",
  ].join("\n");
}

function writeOption({ spelling, arity, kind }: DocumentedOption): string {
  return `${spelling}${MARKS[arity]}${arity === "none" || kind === "other" ? "" : kind}`;
}
