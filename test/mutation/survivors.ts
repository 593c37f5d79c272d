// The survivors that somebody has read: what became of each, and why.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { type Mutant, root } from "./instrument.ts";

/** Text of a change beyond which only its start is kept. */
const SHOWN_MAX = 100;

const SurvivorClass = v.strictObject({
  class: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  /** `equivalent`: nothing that the guard says changes. `killed`: a test was written since. */
  verdict: v.picklist(["equivalent", "killed", "accepted"]),
  why: v.pipe(v.string(), v.minLength(20)),
  mutants: v.pipe(
    v.array(v.strictObject({ file: v.string(), within: v.string(), change: v.string() })),
    v.minLength(1),
  ),
});
export type SurvivorClass = v.InferOutput<typeof SurvivorClass>;

/** The list in `survivors.yaml`. Throws where it breaks its form. */
export function readSurvivors(): readonly SurvivorClass[] {
  const text = readFileSync(join(root, "test/mutation/survivors.yaml"), "utf8");
  return v.parse(v.array(SurvivorClass), parse(text) ?? []);
}

/** What a mutant changes, in one line. */
export function changeOf({
  original,
  replacement,
}: Pick<Mutant, "original" | "replacement">): string {
  const short = (text: string): string => text.replace(/\s+/g, " ").slice(0, SHOWN_MAX);
  return `${short(original)} -> ${short(replacement)}`;
}
