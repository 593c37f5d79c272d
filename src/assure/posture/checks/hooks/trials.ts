// What becomes of a call that a guard is for, and of input that it cannot read: by running the guard, else by its text.
import { type CheckResult, type Fault, type Look, unseen } from "../../check.ts";
import {
  codesOf,
  faultAt,
  faultOf,
  type HookCode,
  keyOf,
  meansToBlock,
} from "../../hook-script/codes.ts";
import type { At } from "../../hook-script/reading.ts";
import { letsRun } from "../../inputs/hook-outcome.ts";
import type { HookInput, HookTrial, AuditInputs } from "../../inputs/audit-inputs.ts";
import { codeLook, isNoInput } from "./looking.ts";

/** Calls that a finding names. */
const CALLS_TOLD = 3;
const FIX = "end with exit 2 where reading fails";

/** What its text tells, of guards that nobody ran. */
const byText = (isRun: (hook: HookInput) => boolean): Look =>
  codeLook((code) => {
    if (code.hook.event !== "PreToolUse" || !meansToBlock(code) || isAsync(code.hook)) return [];
    if (isRun(code.hook)) return [];
    if (code.reading.problem !== undefined || code.reading.refusesBroken) return [];
    const at = { at: 0, text: code.text.slice(0, 80) };
    return [faultAt(code, at, "input that cannot be read leads to no refusal: the call runs", FIX)];
  });

/** Guards that were run speak by what they did; the others by their text. */
export const brokenInput: Look = (auditInputs) => {
  const trials = trialsOf(auditInputs);
  const ran = new Set(trials.filter(({ why }) => why === undefined).map(({ hook }) => hook));
  const read = byText((hook) => ran.has(hook))(auditInputs);
  const faults = trials.flatMap((trial) => (isAsync(trial.hook) ? [] : trialFaults(trial)));
  return faults.length === 0
    ? settled(read, auditInputs)
    : { ...read, outcome: "fail", faults: [...faults, ...read.faults] };
};

function trialsOf({ hookTrials }: AuditInputs): readonly HookTrial[] {
  return hookTrials?.kind === "seen" ? hookTrials.value : [];
}

/** What it did with each input by which the call would run, in one finding. */
function trialFaults({ hook, tries }: HookTrial): readonly Fault[] {
  const closes = keyOf(hook, "onFailure") === "block";
  const open = tries.filter(
    ({ kind, outcome }) =>
      kind !== "call" &&
      kind !== "named" &&
      (outcome.kind === "passes" ||
        outcome.kind === "allow" ||
        (outcome.kind === "fails-open" && !closes)),
  );
  if (open.length === 0) return [];
  const told = open.map(({ fed, outcome }) => `${fed}: ${outcome.why}`).join("; ");
  return [faultOf(hook, `run in a jail, it lets the call run on ${told}`, FIX)];
}

const READ_IT =
  "read the call as JSON from standard input, and end with exit 2 where it is refused";

/** Guards that refuse nothing: those that read no call by their text, and those that were seen to let run what they name, or to fail. */
export const idleGuard: Look = (auditInputs) => {
  const read = unreadCalls(auditInputs);
  const trials = trialsOf(auditInputs).filter(({ hook }) => !isAsync(hook));
  const told = new Set(read.faults.map(({ file }) => file));
  const faults = trials.flatMap((trial) =>
    // One cause is told once: what reads no call refuses none.
    trial.hook.scripts.some(({ shown }) => told.has(shown)) ? [] : idleFaults(trial),
  );
  return faults.length === 0
    ? settled(read, auditInputs)
    : { ...read, outcome: "fail", faults: [...read.faults, ...faults] };
};

/** Code that means to hold a call and reads nothing of standard input, where the client puts it. */
const unreadCalls = codeLook((code, auditInputs) => {
  const { hook, reading } = code;
  if (hook.event !== "PreToolUse" || reading.problem !== undefined || !meansToBlock(code))
    return [];
  const { codes, opaque } = codesOf(auditInputs);
  const own = codes.filter((one) => one.hook === hook);
  // Names that no client sets are told by their own check.
  if (opaque.includes(hook) || own.some((one) => one.reading.unset.some(isNoInput))) return [];
  const names = hook.scripts.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
  const isStart = (text: string) => names.some((name) => text.includes(name));
  const reads = own.some((one) =>
    one.reading.readers.some(({ text }) => !one.isInline || !isStart(text)),
  );
  if (reads) return [];
  const instead = lookedAtInstead(code);
  const goes = instead === undefined ? "" : `: it goes by \`${instead.text}\`, which holds no call`;
  return [
    faultAt(
      code,
      instead ?? { at: 0, text: code.text.slice(0, 80) },
      `nothing here reads standard input, where the client puts the call${goes}`,
      READ_IT,
    ),
  ];
});

/** What code goes by in the place of the call: its arguments, or a variable of the environment. */
function lookedAtInstead({ text, reading }: HookCode): At | undefined {
  const [unset] = reading.unset;
  if (unset !== undefined) return unset;
  const found = /sys\.argv|process\.argv|\$\{?[1-9@*]/.exec(text);
  return found === null ? undefined : { at: found.index, text: found[0].replace("{", "") };
}

/** A guard that refuses none of the calls that its text names, or fails on every call so that the client runs it. */
function idleFaults({ hook, tries, failure }: HookTrial): readonly Fault[] {
  if (failure !== undefined)
    return keyOf(hook, "onFailure") === "block"
      ? []
      : [faultOf(hook, `${failure}: the client reports an error and runs the call`)];
  const named = tries.filter(({ kind }) => kind === "named");
  if (named.length === 0 || named.some(({ outcome }) => !letsRun(outcome))) return [];
  const calls = named.slice(0, CALLS_TOLD).map(({ fed }) => fed);
  return [
    faultOf(
      hook,
      `run in a jail, it refuses no call that its text names: ${calls.join(", ")} ran`,
      READ_IT,
    ),
  ];
}

/** WHY unseen: guards that were to be run and could not be are told by their text alone, and that is no pass. */
function settled(result: CheckResult, { hookTrials }: AuditInputs): CheckResult {
  if (result.outcome !== "pass" || hookTrials === undefined) return result;
  if (hookTrials.kind === "unseen") return unseen(hookTrials.why, result.lookedAt);
  const why = hookTrials.value.find((trial) => trial.why !== undefined)?.why;
  if (why !== undefined) return unseen(`a guard was not run: ${why}`, result.lookedAt);
  const run = hookTrials.value.length;
  return run === 0 ? result : { ...result, note: `guards that were run in a jail: ${run}` };
}

/** Whether the client goes on without waiting for a hook. */
export function isAsync(hook: HookInput): boolean {
  return keyOf(hook, "async") === true || keyOf(hook, "asyncRewake") === true;
}
