// A push as it is asked for, held against the one that was judged.
import type { JudgedPush, RefChange } from "#guard/vocabulary/remote-use.ts";
import { isNone, type PushCommand, type PushRequest } from "./push-request.ts";

/** Of one reference: whether it may change, or may if its new commit descends from the old one. */
export type RefVerdict = {
  readonly command: PushCommand;
  readonly change: RefChange;
} & ({ readonly may: "yes" | "as-descendant" } | { readonly may: "no"; readonly why: string });

/** Judges each reference. `judged`: all pushes of the call to this remote. */
export function judgePush(
  { commands, options }: PushRequest,
  judged: readonly JudgedPush[],
): readonly RefVerdict[] {
  const updates = judged.flatMap((one) => one.updates);
  const foreign = options.find((option) => !judged.some((one) => one.options.includes(option)));
  return commands.map((command): RefVerdict => {
    const allowed = new Set(
      updates.filter(({ name }) => fits(name, command.name)).flatMap(({ changes }) => changes),
    );
    const change = isNone(command.old) ? "create" : isNone(command.new) ? "delete" : "update";
    if (foreign !== undefined)
      return {
        command,
        change,
        may: "no",
        why: "this call was not judged to push with that option",
      };
    if (allowed.size === 0)
      return { command, change, may: "no", why: "this call was not judged to push to it" };
    if (change !== "update")
      return allowed.has(change)
        ? { command, change, may: "yes" }
        : { command, change, may: "no", why: `this call was not judged to ${change} it` };
    if (allowed.has("force")) return { command, change: "force", may: "yes" };
    // WHY not a tag: each move of one replaces it.
    if (allowed.has("update") && !command.name.startsWith("refs/tags/"))
      return { command, change, may: "as-descendant" };
    return { command, change, may: "no", why: "this call was not judged to replace it" };
  });
}

function fits(judged: string, name: string): boolean {
  return judged.endsWith("*") ? name.startsWith(judged.slice(0, -1)) : judged === name;
}
