// The hooks and environment that a guarded project gets, and how to tell that an entry is one of ours.
import type { Json } from "#guard/toolcall/tool-call.ts";

/** What the entries point at. All paths absolute. */
export type HookTarget = {
  readonly port: number;
  /** Bearer token of this project: 32 random bytes, base64url. */
  readonly token: string;
  readonly caBundlePath: string;
  readonly nodePath: string;
  readonly mainPath: string;
  /** The data directory when it is not the default one, so that the hook starts the same installation. */
  readonly dataDirectory: string | undefined;
};

/** One group to append under `hooks.<event>`. */
export type HookEntry = { readonly event: string; readonly group: Json };
/** One variable to set under `env`. */
export type EnvEntry = { readonly name: string; readonly value: string };
/** Everything that guarding adds to a settings file. */
export type Insertion = { readonly hooks: readonly HookEntry[]; readonly env: readonly EnvEntry[] };

/** Events that carry a tool and so take a matcher; `*` is every tool. */
const toolEvents = ["PreToolUse", "PostToolUse", "PostToolUseFailure"] as const;
const plainEvents = ["PostToolBatch", "SessionStart", "ConfigChange"] as const;

/** Seconds that the client waits for an answer before `onFailure` blocks the call. */
const ANSWER_TIMEOUT_S = 10;
/** Seconds that the client waits for the daemon to come up at session start. */
const START_TIMEOUT_S = 15;
const LOOPBACK_HOSTS = ["127.0.0.1", "localhost"] as const;

/**
 * Builds the entries. `present` gives the value that a variable has now, in settings or in the environment: proxy
 * exceptions are added to it and not put in its place.
 */
export function buildInsertion(
  target: HookTarget,
  present: (name: string) => string | undefined,
): Insertion {
  const http = {
    type: "http",
    url: hookUrl(target.port),
    headers: { Authorization: `Bearer ${target.token}` },
    timeout: ANSWER_TIMEOUT_S,
    onFailure: "block",
  };
  const data = target.dataDirectory === undefined ? [] : ["--data", target.dataDirectory];
  const start = {
    type: "command",
    command: target.nodePath,
    args: [target.mainPath, "daemon", "--ensure", ...data],
    timeout: START_TIMEOUT_S,
  };
  const hooks = [
    ...toolEvents.map((event) => ({ event, group: { matcher: "*", hooks: [http] } })),
    ...plainEvents.map((event) => ({
      event,
      group: { hooks: event === "SessionStart" ? [start, http] : [http] },
    })),
  ];
  return { hooks, env: buildEnvironment(target.caBundlePath, present) };
}

/** The address that hooks of an installation call. The literal address, because `localhost` may be `::1`. */
export function hookUrl(port: number): string {
  return `https://127.0.0.1:${port}/v1/hook`;
}

/**
 * The token of an entry of ours, or undefined when the handler is not ours, `""` when it is ours and carries none. An
 * entry is ours by what it calls, so that one that somebody edited is still found.
 */
export function ourToken(handler: Json): string | undefined {
  if (!isObject(handler)) return undefined;
  if (typeof handler["url"] === "string") {
    if (!/^https:\/\/127\.0\.0\.1:\d{1,5}\/v1\/hook$/.test(handler["url"])) return undefined;
    const headers = handler["headers"];
    const value = isObject(headers) ? headers["Authorization"] : undefined;
    return typeof value === "string" ? value.replace(/^Bearer /, "") : "";
  }
  const args = handler["args"];
  if (!Array.isArray(args) || args[1] !== "daemon" || args[2] !== "--ensure") return undefined;
  return typeof args[0] === "string" && /[\\/]cli[\\/]main\.(?:js|ts)$/.test(args[0])
    ? ""
    : undefined;
}

/** The text with every hook token in it hidden, for terminals and reports. */
export function hideTokens(text: string): string {
  return text.replace(/(Bearer )[A-Za-z0-9_-]{16,}/g, "$1<hidden>");
}

/** A variable's value without our loopback entries, undefined when nothing else is left. */
export function withoutLoopback(value: string, before: string | undefined): string | undefined {
  const kept = new Set(listOf(before));
  const rest = listOf(value).filter(
    (host) => kept.has(host) || !LOOPBACK_HOSTS.some((loopback) => loopback === host),
  );
  return rest.length === 0 ? undefined : rest.join(",");
}

/** True for an object that is no array. */
export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * WHY these and no others: the client must trust our certificate, must check certificates at all, and must not send the
 * hook to a proxy. `NODE_OPTIONS`, `PATH` and `BASH_ENV` are left alone: emptying them breaks builds, and a start hook
 * hijacked through them cannot open the gate, because a call without an answer is blocked.
 */
function buildEnvironment(
  caBundlePath: string,
  present: (name: string) => string | undefined,
): readonly EnvEntry[] {
  const upper = present("NO_PROXY");
  const lower = present("no_proxy");
  return [
    { name: "NODE_EXTRA_CA_CERTS", value: caBundlePath },
    { name: "NODE_TLS_REJECT_UNAUTHORIZED", value: "1" },
    { name: "NO_PROXY", value: withLoopback(upper ?? lower) },
    { name: "no_proxy", value: withLoopback(lower ?? upper) },
  ];
}

function withLoopback(value: string | undefined): string {
  const hosts = listOf(value);
  if (hosts.includes("*")) return "*";
  return [...hosts, ...LOOPBACK_HOSTS.filter((host) => !hosts.includes(host))].join(",");
}

function listOf(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((host) => host.trim())
    .filter((host) => host !== "");
}
