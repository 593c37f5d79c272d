// The registry gateway in compiled settings: the proxy of the sandbox, and parameters beside which it cannot work.
import { Failure } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { Site } from "./site.ts";
import type { Target } from "./target.ts";

/** What of `sandbox.network` sends commands to the gateway. WHY no port for SOCKS: the client's own proxy refuses every host. */
export function gatewayNetwork({ sandbox: { gateway } }: Site): Readonly<Record<string, Json>> {
  return gateway === undefined ? {} : { httpProxyPort: gateway.port };
}

/**
 * Throws a Failure `compile-gateway` where nothing would come through the gateway, or containment would not be proven. `hosts`:
 * those that commands reach by parameters and policy.
 */
export function refuseGateway(target: Target, site: Site, hosts: readonly string[]): void {
  const why = site.sandbox.gateway === undefined ? undefined : whyNot(target, site, hosts);
  if (why !== undefined)
    throw new Failure("compile-gateway", `\`sandbox.gateway\` of the parameters ${why}`);
}

function whyNot(
  { scope, platform }: Target,
  { sandbox, hooks }: Site,
  [host]: readonly string[],
): string | undefined {
  // No sandbox is written for these, whatever the parameters say.
  if (scope === "project" || scope === "user") return undefined;
  if (!sandbox.enabled || platform === "windows")
    return "is the proxy of a sandbox, and none is written here: take it out, or switch the sandbox on";
  if (hooks?.transport !== "command")
    return "needs `hooks` with `transport: command`, `data` and `home`: hooks start the gateway and tell it when an install runs";
  if (host === undefined) return undefined;
  return `lets registries be read and nothing else, and commands may reach \`${host}\`: a host that is listed ends containment, so take it out of \`allowedDomains\` and of the policy's allow rules, or leave the gateway out`;
}
