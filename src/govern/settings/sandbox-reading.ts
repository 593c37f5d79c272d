// What the client's settings make of its sandbox, all layers together: what it holds, or why that is nothing to rely on.
//
// Measured on 2.1.328 by `test/spikes/containment-widening.ts`: beside a sandbox of managed settings those of a project count
// for nothing, and those of a person widen it by lists. A key that nobody measured is a doubt.
import { isObject, isStringArray } from "#base/json.ts";
import { printable } from "#base/printable.ts";
import type { ProvenSandbox } from "#guard/facts/facts.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** A settings file by its layer, in its plain form. `file` is as it is named to people. */
export type SettingsContent = {
  readonly layer: "managed" | "local" | "project" | "user";
  readonly file: string;
  readonly content: Json;
};

/** What was read. `problem`: why commands cannot be taken for contained. Paths of the programs are managed keys. */
export type SandboxReading =
  | { readonly problem: string }
  | {
      readonly problem: undefined;
      /** What the settings alone say: which registries are read is the gateway's to tell. */
      readonly sandbox: Omit<ProvenSandbox, "digest" | "registries">;
      /** Port of the proxy that all of its requests go to; undefined where the client's own filters them. */
      readonly gatewayPort: number | undefined;
      readonly programs: { readonly bwrap: string | undefined; readonly socat: string | undefined };
    };

/** What a key must be. `lower`: what counts of it beside the managed layer: nothing, a person's own, or every layer's. */
type KeyRule =
  | { readonly must: boolean; readonly lower: "ignored" | "strict" }
  | { readonly mayBe: false }
  | { readonly list: "union" | "common"; readonly lower: "ignored" | "person" | "all" }
  /** A port, in managed settings alone: the client filters nothing of what it sends there (measured). */
  | "managed-port"
  | "free";

const PROXY_PORT_KEY = "network.httpProxyPort";
const PORT_MAX = 65_535;
const KEYS: Readonly<Record<string, KeyRule>> = {
  enabled: { must: true, lower: "ignored" },
  failIfUnavailable: { must: true, lower: "strict" },
  allowUnsandboxedCommands: { must: false, lower: "ignored" },
  autoAllowBashIfSandboxed: "free",
  excludedCommands: { list: "union", lower: "all" },
  enableWeakerNestedSandbox: { mayBe: false },
  allowNestedUserNamespaces: { mayBe: false },
  enableWeakerNetworkIsolation: { mayBe: false },
  allowAppleEvents: { mayBe: false },
  ignoreViolations: "free",
  bwrapPath: "free",
  socatPath: "free",
  credentials: "free",
  "filesystem.allowWrite": { list: "union", lower: "person" },
  "filesystem.denyWrite": { list: "common", lower: "ignored" },
  "filesystem.denyRead": { list: "common", lower: "ignored" },
  "filesystem.allowRead": { list: "union", lower: "ignored" },
  "filesystem.allowManagedReadPathsOnly": { must: true, lower: "ignored" },
  "filesystem.disabled": { mayBe: false },
  "network.allowedDomains": { list: "union", lower: "ignored" },
  "network.deniedDomains": "free",
  "network.strictAllowlist": "free",
  "network.allowManagedDomainsOnly": { must: true, lower: "ignored" },
  "network.allowAllUnixSockets": { mayBe: false },
  "network.allowUnixSockets": { list: "union", lower: "all" },
  "network.allowMachLookup": { list: "union", lower: "all" },
  "network.allowLocalBinding": { mayBe: false },
  [PROXY_PORT_KEY]: "managed-port",
};
const GROUPS: readonly string[] = ["filesystem", "network"];
/** A rule of the client that lets contained commands write a place (measured); what it names relatively is in the project. */
const WRITING_RULE = /^(?:Edit|Write|MultiEdit|NotebookEdit)\((\/.*|~.*|.*\.\..*)\)$/;

/** Reads all layers that are there. The managed ones must have at least one file. */
export function readSandbox(layers: readonly SettingsContent[]): SandboxReading {
  const set = layers.flatMap(keysOf);
  const managed = set.filter(({ layer }) => layer === "managed");
  const ports = new Set(
    managed.flatMap(({ key, value }) =>
      key === PROXY_PORT_KEY && typeof value === "number" ? [value] : [],
    ),
  );
  const problem =
    set.map(faultOf).find((fault) => fault !== undefined) ??
    missingIn(managed) ??
    (ports.size > 1
      ? `managed settings set \`sandbox.${PROXY_PORT_KEY}\` to several ports`
      : undefined);
  if (problem !== undefined) return { problem };
  const list = (key: string): readonly string[] => listOf(set, key);
  const path = (key: string): string | undefined =>
    managed.flatMap(({ key: own, value }) =>
      own === key && typeof value === "string" ? [value] : [],
    )[0];
  return {
    problem: undefined,
    sandbox: {
      denyRead: list("filesystem.denyRead"),
      allowRead: list("filesystem.allowRead"),
      denyWrite: list("filesystem.denyWrite"),
      allowWrite: [
        ...new Set([
          ...list("filesystem.allowWrite"),
          ...layers.flatMap((layer) => writtenBeside(layer, layers)),
        ]),
      ],
      hosts: list("network.allowedDomains"),
      excluded: list("excludedCommands"),
    },
    gatewayPort: [...ports][0],
    programs: { bwrap: path("bwrapPath"), socat: path("socatPath") },
  };
}

type KeySet = Pick<SettingsContent, "layer" | "file"> & {
  readonly key: string;
  readonly value: Json;
};

function keysOf({ layer, file, content }: SettingsContent): readonly KeySet[] {
  const sandbox = memberOf(content, "sandbox");
  if (sandbox === undefined) return [];
  const at = { layer, file };
  if (!isObject(sandbox)) return [{ ...at, key: "", value: sandbox }];
  return Object.entries(sandbox).flatMap(([key, value]) =>
    GROUPS.includes(key) && isObject(value)
      ? Object.entries(value).map(([inner, one]) => ({ ...at, key: `${key}.${inner}`, value: one }))
      : [{ ...at, key, value }],
  );
}

/** Why a key is a doubt, where it stands. */
function faultOf(set: KeySet): string | undefined {
  const { key, value, layer } = set;
  const rule = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (rule === undefined) return said(set, "is not known to leave the sandbox as it is");
  if (rule === "free") return undefined;
  if (rule === "managed-port") return portFault(set);
  if ("mayBe" in rule) return value === rule.mayBe ? undefined : said(set, "widens the sandbox");
  if ("must" in rule) {
    if (layer !== "managed" && rule.lower === "ignored") return undefined;
    return value === rule.must ? undefined : said(set, `is not \`${rule.must}\``);
  }
  if (!isStringArray(value)) return said(set, "is no list");
  const isService = key === "network.allowUnixSockets" || key === "network.allowMachLookup";
  return isService && value.length > 0 ? said(set, "opens services of the machine") : undefined;
}

function portFault(set: KeySet): string | undefined {
  const { value, layer } = set;
  if (layer !== "managed")
    return said(set, "sends requests to a proxy that managed settings do not name");
  const isPort = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= PORT_MAX;
  return isPort ? undefined : said(set, "is no port");
}

/** What managed settings must say and do not. */
function missingIn(managed: readonly KeySet[]): string | undefined {
  for (const [key, rule] of Object.entries(KEYS)) {
    if (typeof rule === "string" || !("must" in rule)) continue;
    if (!managed.some((set) => set.key === key))
      return `managed settings do not set \`sandbox.${key}\` to \`${rule.must}\``;
  }
  return undefined;
}

/** Where commands may write because of settings beside `sandbox`: directories of the session, rules about writing. */
function writtenBeside(
  { layer, content }: SettingsContent,
  all: readonly SettingsContent[],
): readonly string[] {
  if (layer === "local" || layer === "project") return [];
  const permissions = memberOf(content, "permissions");
  const directories = textsIn(memberOf(permissions, "additionalDirectories"));
  const isManagedOnly = all.some(
    (one) =>
      one.layer === "managed" && memberOf(one.content, "allowManagedPermissionRulesOnly") === true,
  );
  const rules = layer === "user" && isManagedOnly ? [] : textsIn(memberOf(permissions, "allow"));
  return [...directories, ...rules.flatMap(placeWritten)];
}

/** The place that a rule lets commands write, in the form of the sandbox's own lists. */
function placeWritten(rule: string): readonly string[] {
  const place = WRITING_RULE.exec(rule)?.[1];
  return place === undefined ? [] : [place.replace(/^\/\//, "/").replace(/\/\*\*$/, "")];
}

function textsIn(value: Json | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item) => typeof item === "string");
}

/** `common`: what every file has that has the list, because it is not known whether lists of several files are joined. */
function listOf(sets: readonly KeySet[], key: string): readonly string[] {
  const rule = KEYS[key];
  if (rule === undefined || typeof rule === "string" || !("list" in rule)) return [];
  const layers = {
    ignored: ["managed"],
    person: ["managed", "user"],
    all: ["managed", "user", "project", "local"],
  }[rule.lower];
  const lists = sets.flatMap((set) =>
    set.key === key && layers.includes(set.layer) && isStringArray(set.value) ? [set.value] : [],
  );
  const joined = [...new Set(lists.flat())];
  return rule.list === "union"
    ? joined
    : joined.filter((item) => lists.every((list) => list.includes(item)));
}

function said({ key, file }: KeySet, what: string): string {
  const name = key === "" ? "sandbox" : `sandbox.${key}`;
  return `\`${printable(name)}\` in \`${printable(file)}\` ${what}`;
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (value === undefined || !isObject(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
