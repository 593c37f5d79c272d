// How the client is to reach us: http hooks to the daemon where they work, else a command hook.
import { Failure } from "#base/failure.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { type ClientVersion, whyNotHttp } from "../../services/settings/client-version.ts";

/** How the client reaches us: http hooks to the daemon, or a command hook that judges in its own process. */
export type Transport = "http" | "command";

/** The transport, and the reason where it is not the one that is always to be preferred. */
export function chooseTransport(
  wanted: Transport | undefined,
  client: ClientVersion,
  known: {
    readonly before: ProjectEntry | undefined;
    readonly notTrusted: string | undefined;
    readonly shutOut: string | undefined;
  },
): { readonly transport: Transport; readonly why: string | undefined } {
  const tooOld = whyNotHttp(client);
  if (tooOld !== undefined) {
    if (wanted === "http") throw new Failure("client-version", tooOld);
    const why = `${tooOld}. Until then a command hook judges each call; it refuses whenever it fails, but this client lets a call run when the hook is killed or cannot be started`;
    return { transport: "command", why };
  }
  const { before, notTrusted, shutOut } = known;
  for (const [code, reason] of [
    ["not-trusted", notTrusted],
    ["sandbox-proxy", shutOut],
  ] as const) {
    if (reason === undefined) continue;
    if (wanted === "http")
      throw new Failure(code, `${reason}; leave \`--transport http\` out for a command hook`);
    const why = `${reason}. so a command hook judges each call in a process of its own`;
    return { transport: "command", why };
  }
  const had = before?.hooks.some(({ handler }) => handler["url"] !== undefined) === false;
  const transport = wanted ?? (had ? "command" : "http");
  return { transport, why: undefined };
}
