// The files that a judged call would change, kept until its result tells that it ran.
import * as v from "valibot";
import type { Effect } from "#guard/vocabulary/effect.ts";

/** Files of one call that are looked at; the rest is counted. */
const FILES_MAX = 16;
const PATH_CHARS_MAX = 4_096;

/** What a call was judged to do to files. A tree that goes away is one file here; what has no path is counted as omitted. */
export const changedFilesSchema = v.strictObject({
  files: v.pipe(
    v.array(
      v.strictObject({
        action: v.picklist(["write", "delete"]),
        path: v.pipe(v.string(), v.maxLength(PATH_CHARS_MAX)),
      }),
    ),
    v.maxLength(FILES_MAX),
  ),
  omitted: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** When the call was judged, Unix milliseconds. */
  sinceMs: v.number(),
});
export type ChangedFiles = v.InferOutput<typeof changedFilesSchema>;

/** The files that effects write or delete, each once; undefined when there are none. What a program caches is none. */
export function changedFiles(
  effects: readonly Effect[],
  sinceMs: number,
): ChangedFiles | undefined {
  const named = new Map<string, ChangedFiles["files"][number]>();
  let omitted = 0;
  for (const effect of effects) {
    if (effect.kind !== "write" && effect.kind !== "delete") continue;
    if (effect.kind === "write" && effect.mode === "cache") continue;
    const { kind: action, target } = effect;
    if (target.kind === "path" && target.real.length <= PATH_CHARS_MAX)
      named.set(`${action} ${target.real}`, { action, path: target.real });
    else omitted += 1;
  }
  const files = [...named.values()].slice(0, FILES_MAX);
  omitted += named.size - files.length;
  return files.length + omitted === 0 ? undefined : { files, omitted, sinceMs };
}
