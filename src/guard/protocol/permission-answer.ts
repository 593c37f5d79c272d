// The answer to the client's own question about a call: yes where the policy allows it, and never more than was asked.
import type { Effect } from "../vocabulary/effect.ts";
import type { Decision } from "../policy/decision.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import { bounded } from "./reason-text.ts";

/** A rule for the running session. Nothing is ever kept in a file. */
export type SessionRule = { readonly toolName: "Read"; readonly ruleContent: string };

/** The answer that lets the call run. Field names are the client's. */
export type PermissionAnswer = {
  readonly hookSpecificOutput: {
    readonly hookEventName: "PermissionRequest";
    readonly decision: {
      readonly behavior: "allow";
      readonly updatedPermissions: readonly {
        readonly type: "addRules";
        readonly behavior: "allow";
        readonly destination: "session";
        readonly rules: readonly SessionRule[];
      }[];
    };
  };
};

/** A person's answer from elsewhere, for this once: nothing is kept. `message` is what the agent is told of a refusal. */
export type PersonsAnswer = {
  readonly hookSpecificOutput: {
    readonly hookEventName: "PermissionRequest";
    readonly decision:
      | { readonly behavior: "allow" }
      | { readonly behavior: "deny"; readonly message: string };
  };
};

/** Paths of one call that may be read again. */
const RULES_MAX = 8;
/** What means something else in a rule. */
const SPECIAL = /[*?[\]{}!\\()\p{Cc}]/u;

/** Whether a question may be one that we answer: of other tools a person decides, and of leaving the sandbox. */
export function isAnswerable({ input }: ToolCall): boolean {
  switch (input.kind) {
    case "bash":
      return !input.sandboxOff;
    case "read":
    case "write":
    case "edit":
      return true;
    default:
      return false;
  }
}

/** What a person said elsewhere, as the client takes it. */
export function personsAnswer(
  answer: { readonly allows: true } | { readonly allows: false; readonly message: string },
): PersonsAnswer {
  const decision = answer.allows
    ? ({ behavior: "allow" } as const)
    : ({ behavior: "deny", message: bounded(answer.message) } as const);
  return { hookSpecificOutput: { hookEventName: "PermissionRequest", decision } };
}

/**
 * The answer for an allowed call. What it offers for later is split: a file that was read may be read again in this
 * session, that very file; what writes, deletes or runs is answered this once.
 */
export function permissionAnswer({ effects }: Decision): PermissionAnswer {
  const rules = readAgain(effects);
  const updatedPermissions =
    rules.length === 0
      ? []
      : [{ type: "addRules", behavior: "allow", destination: "session", rules } as const];
  return {
    hookSpecificOutput: {
      hookEventName: "PermissionRequest",
      decision: { behavior: "allow", updatedPermissions },
    },
  };
}

/** WHY the reads of calls that only read: beside a write the same path may hold something else afterwards. */
function readAgain(effects: readonly Effect[]): readonly SessionRule[] {
  const isPlain = effects.every(
    ({ kind, ...rest }) =>
      kind === "read" || (kind === "execute" && "origin" in rest && rest.origin === "system"),
  );
  if (!isPlain) return [];
  const paths = effects.flatMap((effect) => {
    if (effect.kind !== "read" || effect.target.kind !== "path") return [];
    const { path, real, reach, copies } = effect.target;
    const isOne = reach === "entry" && copies === undefined && path === real;
    return isOne && !SPECIAL.test(path) ? [path] : [];
  });
  return [...new Set(paths)]
    .slice(0, RULES_MAX)
    .map((path) => ({ toolName: "Read", ruleContent: `/${path}` }));
}
