// What an audit asks the machine and the account: system, client, disk, login, and how wide the audited directory is.
import { dirname } from "node:path";
import type {
  LoginInput,
  MachineInput,
  Seen,
  SeenTree,
} from "#assure/posture/inputs/audit-inputs.ts";
import { Failure } from "#base/failure.ts";
import { memberOf, parseJsonText } from "#govern/settings/json-text.ts";
import { textOf } from "#govern/settings/lint/document.ts";
import { isContainer } from "#platform/container.ts";
import { diskEncryption } from "#platform/disk-encryption.ts";
import { isOnPath } from "#platform/search-path.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { findClientVersion } from "../settings/client-version.ts";
import { platformOf } from "../settings/managed-places.ts";

/** A person waits: a client that does not say its version by then is left unseen. */
const CLIENT_MS_MAX = 1_000;
const STATE_CHARS_MAX = 16 * 1024 * 1024;

/** Looks at the machine. `home` gives what the client keeps of its login. */
export async function machineInput(from: {
  readonly root: string;
  readonly home: string;
  readonly homeTree: SeenTree;
  readonly environment: NodeJS.ProcessEnv;
}): Promise<MachineInput> {
  const { root, home, homeTree, environment } = from;
  const client = await findClientVersion(environment, CLIENT_MS_MAX);
  const us = userId();
  return {
    platform: seen(platformOf()),
    isAdministrator:
      us === undefined ? unseen("this system has no user numbers") : seen(us === ADMINISTRATOR),
    isContainer: seen(isContainer()),
    isCi: seen(Boolean(environment["CI"]) && environment["CI"] !== "false"),
    clientVersion: clientVersion(client),
    sandboxPrograms: seen(["bwrap", "socat"].filter((name) => isOnPath(name, environment["PATH"]))),
    diskEncryption: seen(diskEncryption(home)),
    login: loginOf(homeTree, environment),
    start: seen(startOf(root, home)),
  };
}

function seen<Value>(value: Value): Seen<Value> {
  return { kind: "seen", value };
}

function unseen(why: string): { readonly kind: "unseen"; readonly why: string } {
  return { kind: "unseen", why };
}

function clientVersion(client: Awaited<ReturnType<typeof findClientVersion>>): Seen<string | null> {
  if (client.kind === "found") return seen(client.version);
  return client.why.startsWith("no `claude`") ? seen(null) : unseen(client.why);
}

/** A provider in the environment counts before what the client keeps. Keys are never looked at, only that they are set. */
function loginOf(home: SeenTree, environment: NodeJS.ProcessEnv): Seen<LoginInput> {
  const provider = (
    [
      ["CLAUDE_CODE_USE_BEDROCK", "bedrock"],
      ["CLAUDE_CODE_USE_VERTEX", "vertex"],
      ["CLAUDE_CODE_USE_FOUNDRY", "foundry"],
    ] as const
  ).find(([name]) => Boolean(environment[name]));
  if (provider !== undefined)
    return seen({ kind: provider[1], hasOrganization: true, plan: undefined });
  if (environment["ANTHROPIC_API_KEY"] || environment["ANTHROPIC_AUTH_TOKEN"])
    return seen({ kind: "api-key", hasOrganization: false, plan: undefined });
  const state = home.files.get(".claude.json");
  if (state === undefined) return seen({ kind: "none", hasOrganization: false, plan: undefined });
  if (state.text === undefined) return unseen(`${state.shown}: ${state.why ?? "not read"}`);
  return accountIn(state.text);
}

function accountIn(text: string): Seen<LoginInput> {
  try {
    const state = parseJsonText(text.replace(/^\uFEFF/, " "), "~/.claude.json", STATE_CHARS_MAX);
    const account = memberOf(state, "oauthAccount");
    if (account === undefined)
      return seen({ kind: "none", hasOrganization: false, plan: undefined });
    const plan = textOf(memberOf(account, "organizationType"));
    const word = plan !== undefined && /^[a-z_]{1,40}$/.test(plan) ? plan : undefined;
    return seen({
      kind: word?.startsWith("claude_") === true ? "subscription" : "console",
      hasOrganization: textOf(memberOf(account, "organizationUuid")) !== undefined,
      plan: word,
    });
  } catch (error) {
    if (error instanceof Failure) return unseen("the client's own state is no JSON");
    throw error;
  }
}

/** A whole disk, a whole home, or what holds homes (M1.44). */
function startOf(root: string, home: string): "root" | "home" | "broad" | "scoped" {
  if (root === "/" || /^[A-Za-z]:\\?$/.test(root)) return "root";
  if (root === home) return "home";
  const isAbove = home.startsWith(`${root}/`);
  const isTop =
    dirname(root) === "/" && /^\/(?:etc|usr|var|opt|home|Users|root|srv|mnt|tmp)$/.test(root);
  return isAbove || isTop ? "broad" : "scoped";
}
