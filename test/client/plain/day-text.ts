// Working days as they are written in `days/`: what the home and the project hold, and the calls one after the other.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ToolUse } from "../model-stub.ts";

/**
 * One call of a day, as it is written and as the model makes it, or a command that the person gives in a terminal of their own in
 * between. `<project>` and `<home>` are filled in later.
 */
export type PlainCall =
  | { readonly by: "model"; readonly line: string; readonly use: ToolUse }
  | { readonly by: "person"; readonly line: string; readonly command: string };

/** A day of work. `home` and `project` are scripts for bash, run there before the client starts, as the person did it. */
export type PlainDay = {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  /** Programs without which nothing of it runs. */
  readonly needs: readonly string[];
  /** Variables of the terminal in which the client is started. */
  readonly environment: Readonly<Record<string, string>>;
  readonly home: string;
  readonly project: string;
  readonly calls: readonly PlainCall[];
};

const FOLDER = fileURLToPath(new URL("days/", import.meta.url));
const SECTIONS = ["home", "project", "calls"] as const;
type Section = (typeof SECTIONS)[number];

/** All days, by name. Throws where one is written wrongly, with the file and what is wrong. */
export function allPlainDays(): readonly PlainDay[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".txt"))
    .toSorted()
    .map((name) => dayOf(name.slice(0, -4), readFileSync(`${FOLDER}${name}`, "utf8")));
}

/** Reads the text of a day: a title, `key: value` lines, and the sections `## home`, `## project` and `## calls`. */
export function dayOf(id: string, text: string): PlainDay {
  const [head = "", ...parts] = text.split(/^## /m);
  const [title = "", ...pairs] = head.split("\n").filter((line) => line !== "");
  const words = new Map(pairs.map((line) => pairOf(line, ": ", id)));
  const sections = new Map<Section, string>();
  for (const part of parts) {
    const at = part.indexOf("\n");
    const name = SECTIONS.find((one) => one === part.slice(0, at));
    if (name === undefined) throw new Error(`${id}: no section is called \`${part.slice(0, at)}\``);
    sections.set(name, part.slice(at + 1));
  }
  const calls = (sections.get("calls") ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): PlainCall => callOf(line, id));
  if (!title.startsWith("# ") || calls.length === 0)
    throw new Error(`${id}: a day has a title, \`# …\`, and calls`);
  return {
    id,
    title: title.slice(2),
    kind: words.get("kind") ?? "",
    calls,
    needs: (words.get("needs") ?? "").split(" ").filter((one) => one !== ""),
    environment: Object.fromEntries(
      (words.get("environment") ?? "")
        .split(" ")
        .filter((one) => one !== "")
        .map((one) => pairOf(one, "=", id)),
    ),
    home: sections.get("home") ?? "",
    project: sections.get("project") ?? "",
  };
}

function pairOf(text: string, between: string, id: string): readonly [string, string] {
  const at = text.indexOf(between);
  if (at < 0) throw new Error(`${id}: \`${text}\` has no \`${between}\``);
  return [text.slice(0, at), text.slice(at + between.length)];
}

function callOf(line: string, id: string): PlainCall {
  return line.startsWith("! ")
    ? { by: "person", line, command: line.slice(2).replaceAll("¶", "\n") }
    : { by: "model", line, use: useOf(line, id) };
}

/**
 * `!` what the person does, `$` a command, `&` one in the background, `R` Read, `E` Edit (place, old and new with ` => ` between), `W` Write (place and
 * text), `G` Grep (pattern and place), `L` Glob. `¶` is a line break.
 */
function useOf(line: string, id: string): ToolUse {
  const [sign = "", ...rest] = line.split(" ");
  const text = rest.join(" ").replaceAll("¶", "\n");
  const [path = "", old = "", edited = ""] = text.split(" => ");
  switch (sign) {
    case "$":
      return { name: "Bash", input: { command: text } };
    case "&":
      return { name: "Bash", input: { command: text, run_in_background: true } };
    case "R":
      return { name: "Read", input: { file_path: placeOf(text) } };
    case "E":
      return {
        name: "Edit",
        input: { file_path: placeOf(path), old_string: old, new_string: edited },
      };
    case "W":
      return {
        name: "Write",
        input: { file_path: placeOf(path), content: text.slice(path.length + " => ".length) },
      };
    case "G":
      return { name: "Grep", input: { pattern: path, path: placeOf(old), output_mode: "content" } };
    case "L":
      return { name: "Glob", input: { pattern: text } };
    default:
      throw new Error(`${id}: no call begins with \`${sign}\``);
  }
}

function placeOf(path: string): string {
  return path.startsWith("/") || path.startsWith("<") ? path : `<project>/${path}`;
}
