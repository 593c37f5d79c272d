// Whether anything keeps a file from being read in a project: the client's own rules, and sallyport's where it guards.
import { join } from "node:path";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { askedCall } from "#guard/events/normalize.ts";
import { homeDirectory } from "#platform/user.ts";
import { judgingPolicy } from "../evaluation/judging-policy.ts";
import { DISK } from "../containment/native-reading.ts";
import { nativeSettings } from "../settings/native-settings.ts";
import { dataDirectory } from "../../foundation/files/directories.ts";
import { judgeWithFacts } from "../facts/judge.ts";
import { sessionFacts } from "../facts/session.ts";
import { PLAIN_SHELL } from "../facts/session-shell.ts";

/** Who refuses, or asks a person before it happens. */
export type Keeper = "the client" | "sallyport";

/** What a project's calls are judged by. */
export type Keeping = {
  readonly root: string;
  readonly policy: Policy;
  readonly isGuarded: boolean;
  /** The client with the settings that are in force there. */
  readonly client: ReturnType<typeof openSession>;
};

/** What is in force in a directory, for the person of this home and data directory. */
export async function keepingIn(
  root: string,
  { home = homeDirectory(), data = dataDirectory() } = {},
): Promise<Keeping> {
  const { policy, isGuarded } = await judgingPolicy(root, undefined, { root: data });
  const { stack } = await nativeSettings(root, home);
  return { root, policy, isGuarded, client: openSession(stack) };
}

/** Who keeps a call of a tool from happening; empty when nobody does. Nothing is run. */
export async function keepersOf(
  { root, policy, isGuarded, client }: Keeping,
  tool: string,
  input: Readonly<Record<string, string>>,
): Promise<readonly Keeper[]> {
  const native = simulateNative(client, { tool, input, cwd: root }, DISK);
  const keepers: Keeper[] = [];
  // WHY a rule: outside of rules the client asks about nearly everything, and a yes is remembered.
  if (native.verdict !== "allow" && native.rule !== undefined) {
    keepers.push("the client");
  }
  if (!isGuarded) return keepers;
  const session = sessionFacts({
    sessionId: "ignores",
    cwd: root,
    mode: "default",
    projectRoot: root,
  });
  const call = askedCall("ignores", { tool, input, cwd: root });
  const { decision } = await judgeWithFacts({ call, policy, session, shell: PLAIN_SHELL });
  if (decision.verdict === "deny" || decision.verdict === "ask") keepers.push("sallyport");
  return keepers;
}

/** Who keeps a file below the root from being read. */
export function keepersOfFile(keeping: Keeping, path: string): Promise<readonly Keeper[]> {
  return keepersOf(keeping, "Read", { file_path: join(keeping.root, path) });
}
