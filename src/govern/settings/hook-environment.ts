// Variables of the client's settings that our hooks need: no proxy of the machine may stand between client and daemon.
import { commaList } from "#base/comma-list.ts";

/** One variable to set under `env`. */
export type EnvEntry = { readonly name: string; readonly value: string };
/** The address that our hooks call: a proxy must not stand before it. The literal one, because `localhost` may be `::1`. */
export const LOOPBACK_ADDRESS = "127.0.0.1";
const LOOPBACK_HOSTS = [LOOPBACK_ADDRESS, "localhost"] as const;

/** A variable's value without our loopback entries, undefined when nothing else is left. */
export function withoutLoopback(value: string, before: string | undefined): string | undefined {
  const kept = new Set(commaList(before));
  const rest = commaList(value).filter(
    (host) => kept.has(host) || !LOOPBACK_HOSTS.some((loopback) => loopback === host),
  );
  return rest.length === 0 ? undefined : rest.join(",");
}

/**
 * WHY these and no others: the client must trust our certificate, must check certificates at all, and must not send the
 * hook to a proxy. `NODE_OPTIONS`, `PATH` and `BASH_ENV` are left alone: emptying them breaks builds, and a start hook
 * hijacked through them cannot open the gate, because a call without an answer is blocked.
 */
export function buildEnvironment(
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
  const hosts = commaList(value);
  if (hosts.includes("*")) return "*";
  return [...hosts, ...LOOPBACK_HOSTS.filter((host) => !hosts.includes(host))].join(",");
}
