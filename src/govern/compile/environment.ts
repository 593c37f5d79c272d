// The variables that managed settings fix, so that no repository and no launcher chooses what runs beside the hook or whom it asks.
import { LOOPBACK_ADDRESS } from "#govern/settings/hook-environment.ts";
import { Failure } from "#base/failure.ts";
import { CONTENT_SWITCHES, telemetryVariables } from "#govern/settings/telemetry-variables.ts";
import { bedrockHost, type Site } from "./site.ts";

/**
 * Emptied: each loads code into a process or names a program, and means nothing when it is empty. WHY not every variable
 * that runs code: an empty `PATH`, `SHELL` or `GIT_SSH_COMMAND` breaks work; the guard knows what is set in them.
 */
const EMPTIED: readonly string[] = [
  ...["NODE_OPTIONS", "BASH_ENV", "LD_PRELOAD", "LD_AUDIT", "CLAUDE_CODE_SHELL_PREFIX"],
];

/** The `env` object of managed settings. Names in order. */
export function managedEnvironment(site: Site): Readonly<Record<string, string>> {
  const { hooks, proxy, provider } = site;
  const bundle = site.certificates ?? (hooks?.transport === "https" ? hooks.authority : undefined);
  const direct = [...(proxy?.except ?? []), LOOPBACK_ADDRESS, "localhost"];
  const noProxy = [...new Set(direct)].join(",");
  const fixed: Record<string, string> = {
    ...Object.fromEntries(EMPTIED.map((name) => [name, ""])),
    GIT_CONFIG_COUNT: "0",
    GIT_CONFIG_PARAMETERS: "",
    NODE_TLS_REJECT_UNAUTHORIZED: "1",
    NODE_EXTRA_CA_CERTS: bundle ?? "",
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    ...proxyVariables(proxy?.url ?? ""),
    ANTHROPIC_BASE_URL: provider.baseUrl,
    ...bedrockVariables(provider),
    ...siteTelemetry(site),
    ...site.env,
  };
  return Object.fromEntries(Object.entries(fixed).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function bedrockVariables({ bedrock }: Site["provider"]): Record<string, string> {
  if (bedrock === undefined) return {};
  return {
    CLAUDE_CODE_USE_BEDROCK: "1",
    AWS_REGION: bedrock.region,
    ANTHROPIC_BEDROCK_BASE_URL: `https://${bedrockHost(bedrock)}`,
  };
}

/**
 * The variables of telemetry. Throws a Failure `compile-telemetry` where nobody says where to send, and where content is
 * switched on beside the record of who agreed.
 */
export function siteTelemetry({ telemetry, hooks, env }: Site): Readonly<Record<string, string>> {
  const unapproved = CONTENT_SWITCHES.find((name) => !/^(?:0|false|)$/i.test(env[name] ?? ""));
  if (unapproved !== undefined)
    throw new Failure(
      "compile-telemetry",
      `\`env\` of the parameters switches on \`${unapproved}\`, which sends what people and tools say: name it under \`telemetry.content\` with who approved it and why`,
    );
  if (telemetry === undefined) return {};
  const { token, protocol, content } = telemetry;
  const own =
    hooks?.transport === "https" ? `https://${LOOPBACK_ADDRESS}:${hooks.port}` : undefined;
  const endpoint = telemetry.endpoint ?? own;
  if (endpoint === undefined || (telemetry.endpoint === undefined && token === undefined))
    throw new Failure(
      "compile-telemetry",
      "`telemetry` needs an `endpoint`, or with `transport: https` the `token` of the daemon's telemetry",
    );
  return telemetryVariables({ endpoint, protocol, token, approved: content?.switches ?? [] });
}

/** Without a proxy of the site they are emptied: a repository would put its own there. */
function proxyVariables(url: string): Record<string, string> {
  const names = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
  ];
  return Object.fromEntries(names.map((name) => [name, url]));
}
