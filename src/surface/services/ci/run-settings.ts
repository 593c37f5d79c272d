// The managed settings of one run: a policy compiled with our hook, no servers, the mode, the allow list and the telemetry of the run.
import { isObject } from "#base/json.ts";
import { compilePolicy } from "#govern/compile/compile.ts";
import { parseSite } from "#govern/compile/site.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { Failure } from "#base/failure.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import type { RunMode } from "./run-request.ts";

/** What the settings are made of. Paths are absolute. */
export type RunSettings = {
  readonly policy: Policy;
  readonly mode: RunMode;
  readonly allow: readonly string[];
  readonly egress: readonly string[];
  readonly hook: {
    readonly program: string;
    readonly project: string;
    readonly data: string;
    readonly home: string;
  };
  /** Whether commands run in the client's sandbox. */
  readonly isSandboxed: boolean;
  readonly baseUrl: string | undefined;
  readonly telemetry: { readonly endpoint: string; readonly protocol: string } | undefined;
  readonly environment: Readonly<Record<string, string>>;
};

/** The settings as text, and the variables and keys of the sandbox that they fix whatever a checkout says. */
export function runSettings(of: RunSettings): {
  readonly text: string;
  readonly held: ReadonlySet<string>;
} {
  const site = parseSite(
    JSON.stringify({
      hooks: { transport: "command", ...of.hook },
      sandbox: { enabled: of.isSandboxed, allowedDomains: of.egress },
      ...(of.baseUrl === undefined ? {} : { provider: { baseUrl: of.baseUrl } }),
      ...(of.telemetry === undefined ? {} : { telemetry: of.telemetry }),
      mcp: { allowed: [] },
      marketplaces: { known: [] },
      client: { mode: of.mode, autoMode: false },
      managedRulesOnly: true,
      env: of.environment,
    }),
    "the run",
  );
  const { files } = compilePolicy(of.policy, {
    target: { scope: "managed", platform: "linux" },
    site,
    catalogue: loadCatalogue(),
  });
  const file = files.find(({ name }) => name.endsWith("managed-settings.json"));
  const content = file === undefined ? null : toJson(parseJsonText(file.text, file.name));
  if (!isObject(content))
    throw new Failure("ci-managed", "the policy compiles to no managed settings");
  const { permissions, env } = content;
  const rules = isObject(permissions ?? null)
    ? (permissions as Readonly<Record<string, unknown>>)
    : {};
  const before = Array.isArray(rules["allow"]) ? rules["allow"] : [];
  const text = JSON.stringify(
    { ...content, permissions: { ...rules, allow: [...new Set([...before, ...of.allow])] } },
    null,
    2,
  );
  const variables = isObject(env ?? null) ? Object.keys(env as object) : [];
  const held = new Set([...variables, ...decidedBy(content["sandbox"] ?? null, "sandbox")]);
  return { text: `${text}\n`, held };
}

/** Lists that count from managed settings alone where a key beside them says so. */
const MANAGED_LISTS: Readonly<Record<string, string>> = {
  allowManagedDomainsOnly: "allowedDomains",
  allowManagedReadPathsOnly: "allowRead",
};

/** Paths of the values that managed settings decide by themselves: each that is no list, for lists of all layers are joined. */
function decidedBy(value: Json, path: string): readonly string[] {
  if (!isObject(value)) return Array.isArray(value) ? [] : [path];
  return Object.entries(value).flatMap(([key, below]) => {
    const list = below === true ? MANAGED_LISTS[key] : undefined;
    return [
      ...decidedBy(below, `${path}.${key}`),
      ...(list === undefined ? [] : [`${path}.${list}`]),
    ];
  });
}
