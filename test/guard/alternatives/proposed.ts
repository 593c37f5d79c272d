// What is proposed for a command that was stopped for a reason of a given kind: every text, judged by nobody yet.
import { rewritesOf } from "#guard/alternatives/rewrites.ts";
import type { Cause } from "#guard/alternatives/rewrite.ts";
import { edited, simpleCommands } from "#guard/alternatives/simple-commands.ts";

/** All texts that are proposed, the nearest first. */
export function proposedFor(source: string, cause: Partial<Cause> = {}): readonly string[] {
  const about = { kind: "unknown-to-the-table", path: undefined, ...cause };
  return simpleCommands(source).flatMap((command) =>
    rewritesOf(command, about).map(({ edits }) => edited(source, edits).trim()),
  );
}
