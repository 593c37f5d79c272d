// What becomes of a call when a guard is given input that it cannot read, or lacks a program: by running it, else by its text.
import { type CheckResult, type Fault, type Look, unseen } from "../../check.ts";
import { faultAt, faultOf, keyOf, meansToBlock } from "../../hook-script/codes.ts";
import { letsRun } from "../../inputs/hook-outcome.ts";
import type { HookInput, HookTrial, AuditInputs } from "../../inputs/audit-inputs.ts";
import { codeLook } from "./looking.ts";

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
  const idle = idleFaults(hook, tries);
  if (open.length === 0) return idle;
  const told = open.map(({ fed, outcome }) => `${fed}: ${outcome.why}`).join("; ");
  return [...idle, faultOf(hook, `run in a jail, it lets the call run on ${told}`, FIX)];
}

/** A guard that refuses none of the calls that its text names, most often because it reads them from where the client puts nothing. */
function idleFaults(hook: HookInput, tries: HookTrial["tries"]): readonly Fault[] {
  const named = tries.filter(({ kind }) => kind === "named");
  if (named.length === 0 || named.some(({ outcome }) => !letsRun(outcome))) return [];
  const calls = named.slice(0, CALLS_TOLD).map(({ fed }) => fed);
  return [
    faultOf(
      hook,
      `run in a jail, it refuses no call that its text names: ${calls.join(", ")} ran`,
      "read the call as JSON from standard input, and end with exit 2 where it is refused",
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
