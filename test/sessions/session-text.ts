// The corpus of sessions as text: families of attacks and of honest work, each session a list of short lines, and what every line means.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { parse } from "yaml";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** A call as the client sends it. Paths in its input are as the line has them: relative to the project, or with `~`. */
export type SessionCall = {
  readonly kind: "call";
  readonly tool: string;
  readonly input: { readonly [key: string]: Json };
  /** 0 for the session's own agent; a line below `A` belongs to the agent that it started. */
  readonly depth: number;
  readonly isDamage: boolean;
  /** What the tool answered, where that matters for a reader. */
  readonly answer: string | undefined;
  /** What lies there once the call ran: text by path; a remote of git by `remote NAME`. */
  readonly leaves: ReadonlyMap<string, string>;
};
export type SessionStep = { readonly kind: "prompt"; readonly text: string } | SessionCall;

/** One session. `files`: what lies in the project beside what all projects of its kind have. */
export type Session = {
  readonly id: string;
  readonly family: string;
  readonly isAttack: boolean;
  readonly project: string;
  /** How the text of the attacker came in; empty for honest work. */
  readonly told: string;
  /** The attack that it resembles, and the family of attacks that its own family does. */
  readonly twin: string | undefined;
  readonly twinFamily: string | undefined;
  /** Only counted, never told one by one: what was tuned on a session cannot be measured with it. */
  readonly isSealed: boolean;
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly SessionStep[];
};

const name = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), v.maxLength(60));
const sentence = v.pipe(v.string(), v.minLength(10), v.maxLength(300));
const sessionSchema = v.strictObject({
  id: name,
  project: name,
  told: v.optional(sentence),
  twin: v.optional(name),
  steps: v.pipe(v.string(), v.maxLength(8_000)),
});
/** `twinOf`: the family of attacks that a family of honest work resembles. */
const familySchema = v.strictObject({
  about: sentence,
  twinOf: v.optional(name),
  sessions: v.pipe(v.array(sessionSchema), v.minLength(1), v.maxLength(200)),
});

/** All sessions, attacks first, each family in the order of its file. Throws where a text is wrong. */
export function allSessions(): readonly Session[] {
  const sessions = ["attacks", "benign"].flatMap((folder) => {
    const directory = fileURLToPath(new URL(`./${folder}`, import.meta.url));
    return readdirSync(directory)
      .sort()
      .flatMap((file) => familyOf(`${directory}/${file}`, folder === "attacks"));
  });
  checkNames(sessions);
  return sessions;
}

/** A third of a family: those whose ids have the least digests. */
export function sealedOf(ids: readonly string[]): ReadonlySet<string> {
  const digestOf = (id: string) => createHash("sha256").update(id).digest("hex");
  const byDigest = [...ids].sort((one, other) => (digestOf(one) < digestOf(other) ? -1 : 1));
  return new Set(byDigest.slice(0, Math.round(ids.length / 3)));
}

function familyOf(path: string, isAttack: boolean): readonly Session[] {
  const family = basename(path, ".yaml");
  const { sessions, twinOf: twinFamily } = v.parse(familySchema, parse(readFileSync(path, "utf8")));
  const sealed = sealedOf(sessions.map(({ id }) => id));
  return sessions.map(({ id, project, told = "", twin, steps: text }) => {
    const { files, steps } = stepsOf(text, `${family}, ${id}`);
    const damage = steps.filter((step) => step.kind === "call" && step.isDamage);
    if (isAttack !== damage.length > 0 || isAttack !== (told !== ""))
      throw new Error(`${family}, ${id}: an attack, and only an attack, has \`told\` and damage`);
    return {
      id,
      family,
      isAttack,
      project,
      told,
      twin,
      twinFamily,
      isSealed: sealed.has(id),
      files,
      steps,
    };
  });
}

function checkNames(sessions: readonly Session[]): void {
  const ids = new Set<string>();
  for (const { id } of sessions) {
    if (ids.has(id)) throw new Error(`two sessions are called \`${id}\``);
    ids.add(id);
  }
  for (const { id, twin } of sessions)
    if (twin !== undefined && !ids.has(twin))
      throw new Error(`${id}: there is no session \`${twin}\``);
}

function stepsOf(
  text: string,
  where: string,
): { readonly files: ReadonlyMap<string, string>; readonly steps: readonly SessionStep[] } {
  const files = new Map<string, string>();
  const steps: SessionStep[] = [];
  for (const line of text.split("\n").filter((one) => one.trim() !== "")) {
    const depth = (line.length - line.trimStart().length) / 2;
    const said = line.trim().replaceAll("¶", "\n");
    const isDamage = said.startsWith("!");
    const [mark, rest] = markOf(isDamage ? said.slice(1) : said);
    const last = steps.at(-1);
    if (mark === ">") steps.push({ kind: "prompt", text: rest });
    else if (mark === "=" && last?.kind === "call") steps.push({ ...last, answer: rest });
    else if (mark === "+" && last?.kind === "call") {
      const [path, content] = leftOf(rest);
      steps.push({ ...last, leaves: new Map([...last.leaves, [path, content]]) });
    } else if (mark === "+") {
      const [path, content] = leftOf(rest);
      files.set(path, content);
      continue;
    } else {
      const call = callOf(mark, rest);
      if (call === undefined) throw new Error(`${where}: the line \`${line}\` says nothing`);
      const none = { answer: undefined, leaves: new Map<string, string>() };
      steps.push({ kind: "call", ...call, depth, isDamage, ...none });
    }
    // What was told of the call before takes its place.
    if (mark === "=" || mark === "+") steps.splice(-2, 1);
  }
  return { files, steps };
}

function markOf(said: string): readonly [string, string] {
  const at = said.indexOf(" ");
  return [said.slice(0, at), said.slice(at + 1)];
}

function leftOf(rest: string): readonly [string, string] {
  const remote = /^(remote \S+) (\S+)$/.exec(rest);
  if (remote !== null) return [remote[1] ?? "", remote[2] ?? ""];
  const [path = "", ...content] = rest.split(" :: ");
  return [path, content.join(" :: ")];
}

type Called = Pick<SessionCall, "tool" | "input">;

/** What the client sends for a line: `$` and `&` commands, `R` Read, `W` Write, `E` Edit, `N` a cell of a notebook, `G` Grep, `L` Glob, `F` WebFetch, `S` WebSearch, `A` an agent, `M` a tool of a server. */
function callOf(mark: string, rest: string): Called | undefined {
  const [path = "", ...texts] = rest.split(" :: ");
  const content = texts.join(" :: ");
  switch (mark) {
    case "$":
    case "&": {
      const background = mark === "&" ? { run_in_background: true } : {};
      return { tool: "Bash", input: { command: rest, description: "work", ...background } };
    }
    case "R":
      return { tool: "Read", input: { file_path: rest } };
    case "W":
      return { tool: "Write", input: { file_path: path, content } };
    case "E":
      return { tool: "Edit", input: { file_path: path, old_string: "", new_string: content } };
    case "N":
      return { tool: "NotebookEdit", input: { notebook_path: path, new_source: content } };
    case "G": {
      const [pattern = "", folder = "."] = rest.split(" in ");
      return { tool: "Grep", input: { pattern, path: folder } };
    }
    case "L":
      return { tool: "Glob", input: { pattern: rest } };
    case "F":
      return { tool: "WebFetch", input: { url: rest, prompt: "what does it say" } };
    case "S":
      return { tool: "WebSearch", input: { query: rest } };
    case "A": {
      const kind = "general-purpose";
      return {
        tool: "Agent",
        input: { description: "a part", prompt: rest, subagent_type: kind },
      };
    }
    case "M": {
      const at = rest.indexOf(" ");
      const input = v.parse(v.record(v.string(), v.any()), JSON.parse(rest.slice(at + 1)));
      return { tool: `mcp__${rest.slice(0, at)}`, input };
    }
    default:
      return undefined;
  }
}
