// Lockdown: a file in the data directory because of which every call is refused, by daemon and command hook alike.
import { lstatSync, rmSync } from "node:fs";
import * as v from "valibot";
import type { Holds } from "#guard/facts/facts.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { createPrivateFile, readPrivateFile } from "../../foundation/files/private-file.ts";

export const LOCKDOWN_REASON_CHARS_MAX = 200;

const fileSchema = v.strictObject({
  version: v.literal(1),
  sinceMs: v.number(),
  reason: v.nullable(v.pipe(v.string(), v.maxLength(LOCKDOWN_REASON_CHARS_MAX))),
});

/** Since when every call is refused, wall time, and why; null where nobody said or it cannot be read. */
export type Lockdown = { readonly sinceMs: number | null; readonly reason: string | null };

/** The lockdown in force. WHY nothing of the file is needed: whatever lies in its place must not loosen anything. */
export function lockdownOf({ lockdownFile }: Directories): Lockdown | undefined {
  try {
    if (lstatSync(lockdownFile, { throwIfNoEntry: false }) === undefined) return undefined;
    const text = readPrivateFile(lockdownFile, { secret: true });
    const { sinceMs, reason } = v.parse(fileSchema, JSON.parse(text ?? ""));
    return { sinceMs, reason };
  } catch {
    return { sinceMs: null, reason: null };
  }
}

/** Refuses every call from now on; false when that was so already. */
export function lockDown(
  { lockdownFile }: Directories,
  { nowMs, reason }: { readonly nowMs: number; readonly reason: string | null },
): boolean {
  const content = { version: 1, sinceMs: nowMs, reason };
  return createPrivateFile(lockdownFile, `${JSON.stringify(content)}\n`);
}

/** Ends it. */
export function endLockdown({ lockdownFile }: Directories): void {
  rmSync(lockdownFile, { force: true, recursive: true });
}

/** What a lockdown makes of a session's holds. */
export function holdsUnder(lockdown: Lockdown | undefined, holds: Holds): Holds {
  if (lockdown === undefined) return holds;
  const why = lockdown.reason ?? "no reason given";
  const reason = `sallyport is locked down: ${why}; a person ends this with \`sallyport restore\``;
  return { quarantined: true, everything: true, reason };
}
