// How a check of hooks looks: at every piece of code once, at every handler once, and unseen where there was nothing to look into.
import {
  type CheckResult,
  type Fault,
  type Look,
  notApplicable,
  unseen,
  verdict,
} from "../../check.ts";
import { codesOf, type HookCode } from "../../hook-script/codes.ts";
import { firstOfAlike } from "../../looking.ts";
import type { At } from "../../hook-script/reading.ts";
import { isOwnHook } from "../../own-hook.ts";
import type { HookInput, AuditInputs } from "../../inputs/audit-inputs.ts";

/** A check of code. Code that nobody can look into makes it unseen, never a pass. */
export function codeLook(
  faultsIn: (code: HookCode, auditInputs: AuditInputs) => readonly Fault[],
): Look {
  return (auditInputs) => {
    const { hooks, ...all } = codesOf(auditInputs);
    if (hooks.length === 0) return notApplicable("no hook runs a command");
    // WHY not our own: it is started for events of all kinds, and looks at each by itself.
    const codes = all.codes.filter(({ hook }) => !isOwnHook(hook, auditInputs));
    const faults = once(codes.flatMap((code) => faultsIn(code, auditInputs)));
    const lookedAt = [...new Set(codes.map(({ file }) => file.shown))];
    const first = all.opaque.find((hook) => !isOwnHook(hook, auditInputs));
    if (faults.length === 0 && first !== undefined)
      return unseen(`what \`${first.command.slice(0, 80)}\` does cannot be looked into`, lookedAt);
    return verdict(lookedAt, faults);
  };
}

/** A check of handlers, all types of them. */
export function hookLook(
  faultsOf: (hook: HookInput, auditInputs: AuditInputs) => readonly Fault[],
): Look {
  return (auditInputs): CheckResult => {
    if (auditInputs.hooks.length === 0) return notApplicable("there are no hooks");
    return verdict(
      filesOf(auditInputs),
      firstOfAlike(once(auditInputs.hooks.flatMap((hook) => faultsOf(hook, auditInputs)))),
    );
  };
}

/** Files that enter hooks. */
export function filesOf(auditInputs: AuditInputs): readonly string[] {
  return [...new Set(auditInputs.hooks.map(({ file }) => file.shown))];
}

/** WHY once: a script is called for several events, and its fault is one. */
function once(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ file, line, column, message }) => {
    const key = `${file}:${line}:${column}:${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Variables that people take the input from, and that no client sets. */
const NO_INPUT =
  /^(?:CLAUDE_)?(?:TOOL_(?:INPUT|NAME|OUTPUT|ARGS|PARAMS|RESULT|RESPONSE|COMMAND)\w*|FILE_PATHS?|HOOK_(?:INPUT|EVENT)\w*|NOTIFICATION|COMMAND|PROMPT|EVENT)$|^(?:FILE|FILEPATH|FILE_PATH|COMMAND|TOOL|INPUT_JSON)$/;

/** Whether a variable that is read and never set is one by which people take the input. */
export function isNoInput({ text }: At): boolean {
  return NO_INPUT.test(text);
}
