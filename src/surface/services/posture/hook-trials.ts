// Guards run in a jail with calls, with input that is broken and without a program that they use: what the client would do after each.
import { monotonicMs } from "#platform/monotonic.ts";
import { isOnPath } from "#platform/search-path.ts";
import { letsRun, outcomeOfRun } from "#assure/posture/inputs/hook-outcome.ts";
import { guardsOf, keyOf } from "#assure/posture/hook-script/codes.ts";
import type {
  HookInput,
  HookTrial,
  Seen,
  SeenFile,
  AuditInputs,
} from "#assure/posture/inputs/audit-inputs.ts";
import { memberOf, toJson } from "#govern/settings/json-text.ts";
import {
  jailCommand,
  type JailedFile,
  type JailedHook,
  type JailedRun,
  whyNoHookJail,
} from "../recipe/hook-jail.ts";
import { namedCalls } from "../recipe/named-calls.ts";
import { SHORT_BROKEN, SHORT_CALLS } from "../recipe/try-hook.ts";

/** Which hooks may be run: none, those that sessions here run already, or all that were seen. */
export type RunsHooks = "none" | "trusted" | "all";
/** What running them is told. `onProgress` gets the number of guards that are done, and of all. */
export type Trying = {
  readonly runs: "trusted" | "all";
  readonly root: string;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
};

/** Bounds of one audit: hooks that are run, time of one run and of all. */
const HOOKS_MAX = 24;
const RUN_MS_MAX = 3_000;
const ALL_MS_MAX = 20_000;
/** Files beside a script that are put into its jail, and bytes of all of them. */
const FILES_MAX = 64;
const BYTES_MAX = 2 * 1024 * 1024;
/** Programs that hooks often use and machines often lack. */
const LACKING = ["jq", "python3", "node"] as const;

/**
 * Runs guards. WHY not always those of the repository: until the client is told to trust a directory its owner has not agreed
 * to run anything of it, and a jail is a wall, not a promise.
 */
export async function hookTrials(
  auditInputs: AuditInputs,
  { runs, root, onProgress }: Trying,
): Promise<Seen<readonly HookTrial[]>> {
  const why = whyNoHookJail();
  if (why !== undefined) return { kind: "unseen", why };
  const isTrusted = runs === "all" || trusts(auditInputs, root);
  const guards = guardsOf(auditInputs).filter(
    (hook) => hook.type === "command" && hook.event === "PreToolUse" && !isOwn(hook, auditInputs),
  );
  const end = monotonicMs() + ALL_MS_MAX;
  const trials: HookTrial[] = [];
  for (const [at, hook] of guards.entries()) {
    onProgress?.(at, guards.length);
    const refused = skipReason(hook, { at, isTrusted, isLate: monotonicMs() > end });
    trials.push(
      refused === undefined ? await tryGuard(hook, auditInputs) : { hook, why: refused, tries: [] },
    );
  }
  return { kind: "seen", value: trials };
}

/** WHY left out: what this program's own hook does with broken input is told by its own tests, and it needs its home. */
function isOwn({ command, args = [] }: HookInput, { guard }: AuditInputs): boolean {
  const own = guard.kind === "seen" ? guard.value.ownDirectory : undefined;
  return own !== undefined && [command, ...args].some((word) => word.includes(`${own}/`));
}

function skipReason(
  { layer, missing }: HookInput,
  {
    at,
    isTrusted,
    isLate,
  }: { readonly at: number; readonly isTrusted: boolean; readonly isLate: boolean },
): string | undefined {
  if (missing.length > 0) return "its script is not there";
  if (!isTrusted && layer !== "managed" && layer !== "user")
    return "this directory is not trusted by the client: `--run-hooks` runs its hooks in a jail";
  if (at >= HOOKS_MAX) return `there are more than ${HOOKS_MAX} guards`;
  return isLate ? `running guards took more than ${ALL_MS_MAX / 1_000} s` : undefined;
}

/** Whether the person told the client to trust the directory, or one above it. */
function trusts({ home, json }: AuditInputs, root: string): boolean {
  const state = home.files.get(".claude.json");
  const document = state === undefined ? undefined : json(state);
  const projects = document === undefined ? undefined : memberOf(document, "projects");
  if (projects?.kind !== "object") return false;
  return projects.members.some(({ key, value }) => {
    const accepted = memberOf(value, "hasTrustDialogAccepted");
    const isHere = root === key || root.startsWith(`${key.replace(/\/$/, "")}/`);
    return isHere && accepted !== undefined && toJson(accepted) === true;
  });
}

async function tryGuard(hook: HookInput, auditInputs: AuditInputs): Promise<HookTrial> {
  let jailed: JailedHook | undefined;
  try {
    jailed = jailCommand(filesFor(hook, auditInputs), hook);
    return await triesOf(hook, jailed);
  } catch {
    // Bubblewrap may be there and not allowed to open a jail, as in many containers.
    return { hook, why: "no jail could be opened for it", tries: [] };
  } finally {
    jailed?.close();
  }
}

async function triesOf(hook: HookInput, jailed: JailedHook): Promise<HookTrial> {
  const tries: HookTrial["tries"][number][] = [];
  const feed = async (
    fed: string,
    kind: HookTrial["tries"][number]["kind"],
    input: string,
    without: readonly string[] = [],
  ) => {
    const run = await jailed.run(input, { msMax: RUN_MS_MAX, without });
    const outcome = outcomeOfRun(hook.event, run);
    tries.push({ fed, kind, outcome });
    return { run, outcome };
  };
  for (const [fixture, input] of SHORT_CALLS) {
    const { run, outcome } = await feed(fixture, "call", input);
    // WHY by the first call, which no guard refuses: a hook that fails on it lacks something in the jail, and says nothing.
    if (tries.length === 1 && outcome.kind === "fails-open") {
      const why = `it does not work in a jail: ${whyFailed(run.stderr, outcome.why)}`;
      const failure = ownFailure(hook, run);
      return { hook, why, ...(failure === undefined ? {} : { failure }), tries: [] };
    }
  }
  const text = [hook.command, ...hook.scripts.map((script) => script.text ?? "")].join("\n");
  // WHY only where it refused nothing so far: one that refuses a call reads what it is given.
  if (tries.every(({ outcome }) => letsRun(outcome)))
    for (const [fed, input] of namedCalls(text, hook.matcher)) {
      const { outcome } = await feed(fed, "named", input);
      if (!letsRun(outcome)) break;
    }
  for (const [fixture, input] of SHORT_BROKEN) await feed(fixture, "broken", input);
  const used = LACKING.find((name) => new RegExp(`\\b${name}\\b`).test(text));
  const [, refused] = SHORT_CALLS[1] ?? [];
  if (used !== undefined && refused !== undefined)
    await feed(`a call, where ${used} is missing`, "lacking", refused, [used]);
  return { hook, why: undefined, tries };
}

/** Faults of a program by its own text: no jail makes a name unknown or a value of another kind. */
const CRASH =
  /\b(KeyError|TypeError|AttributeError|NameError|IndexError|UnboundLocalError|ZeroDivisionError|IndentationError|SyntaxError|ReferenceError|RangeError|NoMethodError)\b/;

/**
 * How a guard fails by itself on a call that no guard refuses: a program that this machine does not have, a crash, no answer as long as
 * the client waits. What the jail may be the cause of is none.
 */
function ownFailure(hook: HookInput, { exit, stderr, timedOut }: JailedRun): string | undefined {
  if (timedOut) {
    const timeout = keyOf(hook, "timeout");
    return typeof timeout === "number" && timeout * 1_000 <= RUN_MS_MAX
      ? `run in a jail, it gave no answer to \`git status\` within its time-out of ${timeout} s`
      : undefined;
  }
  const missing =
    exit === 127
      ? /(?:^|[\s:'"])([\w.+-]{1,64})['"]?: (?:command )?not found|['"]?([\w.+-]{1,64})['"]?: No such file/.exec(
          stderr,
        )
      : null;
  const program = missing?.[1] ?? missing?.[2];
  if (program !== undefined && !isOnPath(program, process.env["PATH"]))
    return `the program \`${program}\` is not on this machine`;
  const crash = CRASH.exec(stderr)?.[1];
  return crash === undefined ? undefined : `run in a jail, it crashes on \`git status\` (${crash})`;
}

/** WHY in words of ours: what a hook prints may hold anything. */
function whyFailed(stderr: string, why: string): string {
  if (/bwrap:/.test(stderr)) return "bubblewrap could not open it";
  return /not found|No such file|ModuleNotFound|Cannot find module/.test(stderr)
    ? "something that it uses is not there"
    : why;
}

/** Its scripts, and what lies beside them. */
function filesFor(
  { scripts, layer, file }: HookInput,
  auditInputs: AuditInputs,
): readonly JailedFile[] {
  const found = new Map<string, JailedFile>();
  let bytes = 0;
  const add = (path: string, { text, mode }: SeenFile) => {
    if (text === undefined || found.size >= FILES_MAX || bytes + text.length > BYTES_MAX) return;
    bytes += text.length;
    found.set(path, { path, text, mode: mode ?? 0o755 });
  };
  const trees = [
    { start: "", files: auditInputs.repository.files },
    { start: "~/", files: auditInputs.home.files },
  ];
  for (const script of [...scripts, file])
    for (const { start, files } of trees) {
      if (files.get(script.path) !== script) continue;
      const folder = script.path.slice(0, script.path.lastIndexOf("/") + 1);
      add(`${start}${script.path}`, script);
      if (folder === "" || layer === "managed") continue;
      for (const [path, beside] of files)
        if (path.startsWith(folder) && beside !== script) add(`${start}${path}`, beside);
    }
  return [...found.values()];
}
