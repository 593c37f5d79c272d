// Fixes as a person does them who reads only their text: edits of a labelled case, files that our commands write, what the machine shows afterwards.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { parse } from "yaml";
import type { PostureCase } from "./case.ts";
import { joined, written } from "./case-edits.ts";
import { commandRuns } from "./command-runs.ts";

const FOLDER = fileURLToPath(new URL("fixes/", import.meta.url));

const text = v.union([v.string(), v.null()]);
const proofSchema = v.strictObject({
  check: v.string(),
  /** An open bad case, an example of the sources, or `trees`: every benign tree that shows the finding. */
  case: v.string(),
  /** Which of the ways that the fix names, where it names several. */
  way: v.optional(v.string()),
  /** What is so before, where no case says it. */
  given: v.optional(v.strictObject({ guard: v.optional(v.record(v.string(), v.unknown())) })),
  /** Text that is replaced by another, at its first place; by path, with `~/` in the home directory. */
  edit: v.optional(v.record(v.string(), v.array(v.tuple([v.string(), v.string()]))), {}),
  /** Text of any file of the repository that a pattern fits, replaced wherever it stands. */
  everywhere: v.optional(v.array(v.tuple([v.string(), v.string()])), []),
  /** Files as they are afterwards; null takes one away. */
  put: v.optional(v.record(v.string(), text), {}),
  /** Members of a JSON file, joined with what is there. */
  add: v.optional(v.record(v.string(), v.record(v.string(), v.unknown())), {}),
  /** Commands of ours that the fix names. */
  run: v.optional(v.array(v.string()), []),
  modes: v.optional(v.record(v.string(), v.string()), {}),
  environment: v.optional(v.record(v.string(), text), {}),
  machine: v.optional(v.record(v.string(), v.unknown()), {}),
  guard: v.optional(v.record(v.string(), v.unknown())),
  statements: v.optional(v.array(v.record(v.string(), v.unknown()))),
  untracked: v.optional(v.array(v.string()), []),
});
/** One way to do what a fix says. */
export type Proof = v.InferOutput<typeof proofSchema>;

/** All of them, in the order of their files. Throws where one is not well formed. */
export function doneFixes(): readonly Proof[] {
  return readdirSync(FOLDER)
    .sort()
    .flatMap((name) => v.parse(v.array(proofSchema), parse(readFileSync(join(FOLDER, name), "utf8"))));
}

/** The case before it. */
export function givenFor(one: PostureCase, { given }: Proof): PostureCase {
  return given?.guard === undefined ? one : { ...one, guard: { ...NO_GUARD, ...one.guard, ...given.guard } };
}

/** The case after it. Throws where a text that is replaced is not there: then the proof is of another case. */
export function doneTo(one: PostureCase, proof: Proof): PostureCase {
  let now: PostureCase = one;
  for (const [path, pairs] of Object.entries(proof.edit))
    now = written(now, path, (before) => pairs.reduce((all, [from, to]) => replaced(all, { from, to, at: `${proof.check} ${path}` }), before ?? ""));
  for (const [pattern, to] of proof.everywhere)
    for (const path of Object.keys(now.files)) now = written(now, path, (before = "") => before.replaceAll(new RegExp(pattern, "g"), to));
  for (const [path, made] of Object.entries(proof.put)) now = written(now, path, () => made ?? undefined);
  for (const command of proof.run) now = commandRuns(command, now);
  for (const [path, more] of Object.entries(proof.add))
    now = written(now, path, (before) => `${JSON.stringify(joined(JSON.parse(before ?? "{}"), more), null, 2)}\n`);
  const environment = Object.fromEntries(
    Object.entries({ ...now.environment, ...proof.environment }).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
  return {
    ...now,
    environment,
    modes: { ...now.modes, ...proof.modes },
    machine: { ...now.machine, ...proof.machine },
    ...(proof.guard === undefined ? {} : { guard: { ...NO_GUARD, ...now.guard, ...proof.guard } }),
    ...(proof.statements === undefined ? {} : { statements: proof.statements as PostureCase["statements"] }),
    untracked: [...now.untracked, ...proof.untracked],
    tracked: now.tracked.filter((path) => !proof.untracked.includes(path)),
  };
}

const NO_GUARD = { isInstalled: true, isGuarded: false, isDaemonRunning: true, isLogInRepository: false, isLogOpen: false, exportTargets: 0, hasManagedPolicy: false } as const;

function replaced(all: string, { from, to, at }: { readonly from: string; readonly to: string; readonly at: string }): string {
  if (!all.includes(from)) throw new Error(`${at}: \`${from}\` is not there`);
  return all.replace(from, () => to);
}
