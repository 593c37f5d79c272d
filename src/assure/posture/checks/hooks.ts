// How hooks are looked at: what they run, who can change it, and whether it is there.
import { notApplicable, verdict } from "../check.ts";
import type { Looks } from "../check.ts";

/** Bits by which a group or everybody can write. */
const WRITABLE_BY_OTHERS = 0o022;

/** Functions of the family `hooks`. */
export const hooksLooks: Looks = {
  "script-writable": ({ hooks }) => {
    const scripts = [...new Set(hooks.flatMap((hook) => hook.scripts))];
    if (scripts.length === 0) return notApplicable("no hook runs a script of its own");
    const lookedAt = scripts.map(({ shown }) => shown);
    const open = scripts.filter(
      ({ mode }) => mode !== undefined && (mode & WRITABLE_BY_OTHERS) > 0,
    );
    return verdict(
      lookedAt,
      open.map(({ shown, mode = 0 }) => ({
        file: shown,
        evidence: `mode ${mode.toString(8).padStart(4, "0")}`,
        message: "others than its owner can rewrite what this hook runs",
        fix: `chmod go-w ${shown}`,
      })),
    );
  },
};
