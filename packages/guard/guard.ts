// What the package `@sallyport/guard` exports: the guard for any agent that runs tools, with answers from this disk.
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "#base/failure.ts";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { PermissionMode, ShellFacts } from "#guard/facts/facts.ts";
import { rememberWritten, writtenPlaces } from "#guard/effects/paths/written-places.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { reasonText as productText } from "#guard/protocol/reason-text.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { sessionFacts } from "#surface/services/facts/session.ts";
import { PLAIN_SHELL } from "#surface/services/facts/session-shell.ts";
import { readShippedPack } from "#surface/services/policy/compiled-policy.ts";

export type { Effect } from "#guard/vocabulary/effect.ts";
export type { FactAnswer, FactQuery, Facts } from "#guard/facts/facts.ts";
export { queryKey } from "#guard/facts/facts.ts";
export { type Evaluation, evaluate } from "#guard/guard.ts";
export type { Decision, Reason, Verdict } from "#guard/policy/decision.ts";
export type { Policy } from "#guard/policy/policy.ts";
export { formatPreToolUse, parseHookEvent } from "#guard/protocol/hook-io.ts";
export type { ToolCall, ToolInput } from "#guard/toolcall/tool-call.ts";
export { gatherFacts } from "#surface/services/facts/gather.ts";

/** Places that a guard remembers as written. */
const WRITTEN_MAX = 4_096;

export type GuardOptions = {
  /** Absolute path of the directory that counts as the project; default the nearest one above `cwd` with `.git`. */
  readonly project?: string;
  /** Absolute path of the directory that the agent works in. */
  readonly cwd: string;
  /** Default `packPolicy("team")`. */
  readonly policy?: Policy;
  /** Default `default`. Only rules that name a mode of the client look at it. */
  readonly mode?: PermissionMode;
  /** Whether somebody can answer a question; default true. Without anybody a question becomes a refusal. */
  readonly interactive?: boolean;
  /** Home directory of the person; default that of this process. */
  readonly home?: string;
  /** Files and directories of the caller's own that no call may change. */
  readonly ownPaths?: readonly string[];
  /** The shell of the agent; default plain bash without functions and aliases. */
  readonly shell?: ShellFacts;
};

/** Judges calls of one session. It remembers what calls wrote: code that a session made is judged as such when it runs. */
export type Guard = {
  /** Looks at the disk, runs nothing. Rejects only for a fault of this program: take that as a refusal. */
  judge(call: ToolCall): Promise<Decision>;
};

/** A guard for one session of an agent. Throws a Failure (`usage`) where a directory is no absolute path. */
export function createGuard(options: GuardOptions): Guard {
  const { cwd, project, home } = options;
  for (const [name, path] of Object.entries({ cwd, project, home }))
    if (path !== undefined && !isAbsolute(path))
      throw new Failure("usage", `\`${name}\` has to be an absolute path`);
  const policy = options.policy ?? packPolicy("team");
  const session = sessionFacts({
    sessionId: "library",
    cwd,
    mode: options.mode ?? "default",
    interactive: options.interactive ?? true,
    ownPaths: options.ownPaths ?? [],
    ...(project === undefined ? {} : { projectRoot: project }),
    ...(home === undefined ? {} : { home }),
  });
  const shell = options.shell ?? { ...PLAIN_SHELL, dialect: "bash" };
  const writtenPaths = new Set<string>();
  return {
    async judge(call) {
      const decision = await judgeCall({ call, policy, session, shell, writtenPaths });
      if (decision.verdict === "deny") return decision;
      for (const place of writtenPlaces(decision.effects, session.projectRoot))
        rememberWritten(writtenPaths, place, WRITTEN_MAX);
      return decision;
    },
  };
}

/** A call of a shell tool. `cwd` is absolute. */
export function shellCall(command: string, cwd: string): ToolCall {
  return {
    id: "",
    tool: "Bash",
    cwd,
    input: { kind: "bash", command, background: false, sandboxOff: false },
  };
}

/** Lines that name commands of the whole product, which the guard alone does not bring. */
const OF_PRODUCT = /^(?:More|To stop being asked): sallyport [a-z -]+/;

/** What to tell a person or the model of a decision, in lines: what the call would do, why that matters, what to do instead, which rules say so. */
export function reasonText(decision: Decision): string {
  const lines = productText(decision)
    .split("\n")
    .map((line) => line.replace(OF_PRODUCT, "").trim());
  return lines.filter((line) => line !== "").join("\n");
}

/** A pack that comes with the package, by its name: `team`, `developer`, `minimal` and others. Throws a Failure where there is none. */
export function packPolicy(name: string): Policy {
  if (!/^[a-z0-9-]{1,64}$/.test(name))
    throw new Failure("policy-unknown", "the name of a pack has letters, digits and hyphens");
  return readShippedPack(fileURLToPath(new URL("policies", import.meta.url)), name);
}

/** Compiles the text of a policy in YAML, which extends no other. Throws a Failure with line and column. */
export function readPolicy(text: string, file = "policy.yaml"): Policy {
  return parsePolicyPack(text, file, { layer: "user", source: () => undefined });
}
