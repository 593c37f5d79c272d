// What a checkout's own files would do to a headless run before anybody trusts it (X.76, X.77): what managed settings hold, and what stops the run.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { isObject } from "#base/json.ts";
import { printable } from "#base/printable.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";
import { ignoredBy } from "../settings/client-knowledge.ts";
import { createControlInspector, openProjectBook } from "../projects/projects.ts";
import { projectIn } from "../projects/session-project.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";

const FILE_BYTES_MAX = 4 * 1024 * 1024;

/** Something that a file of the checkout asks for. `isHeld`: managed settings of the run take it away, so it does nothing; what is not held is refused. */
export type Demand = {
  readonly file: string;
  readonly what: string;
  readonly isHeld: boolean;
};

/** Keys that run a command of the settings' choosing. */
const COMMANDS = [
  "apiKeyHelper",
  "awsAuthRefresh",
  "awsCredentialExport",
  "gcpAuthRefresh",
  "proxyAuthHelper",
  "otelHeadersHelper",
  "processWrapper",
  "policyHelper",
];
/** Of these managed settings set the first to nothing; the others have no counterpart above a project. */
const HELD_COMMANDS: readonly string[] = ["apiKeyHelper"];

/**
 * What the checkout's settings and servers ask for. `held` are the variables that managed settings of the run set, and the
 * keys of the sandbox that they decide (`sandbox.…`). `clientVersion`: of the client that runs, where it is known: what it takes from no
 * repository does nothing. A file that cannot be read is a demand that nothing holds: the client may read it otherwise.
 */
export function checkoutDemands(
  directory: string,
  held: ReadonlySet<string>,
  clientVersion?: string,
): readonly Demand[] {
  const ignores = ignoredBy(() => clientVersion);
  const settings = [".claude/settings.json", ".claude/settings.local.json"].flatMap((file) => {
    const content = jsonOf(directory, file);
    if (content === undefined) return [];
    if (!isObject(content)) return [unreadable(file)];
    return demandsOf(file, content, { held, ignores });
  });
  const servers = jsonOf(directory, ".mcp.json");
  if (servers === undefined) return settings;
  if (!isObject(servers)) return [...settings, unreadable(".mcp.json")];
  const named = isObject(servers["mcpServers"]) ? Object.keys(servers["mcpServers"]) : [];
  const started = named.map((name) => ({
    file: ".mcp.json",
    what: `starts the server \`${name}\``,
    isHeld: true,
  }));
  return [...settings, ...started];
}

function demandsOf(
  file: string,
  content: Readonly<Record<string, Json>>,
  { held, ignores }: { held: ReadonlySet<string>; ignores: (name: string) => boolean },
): readonly Demand[] {
  const demand = (what: string, isHeld: boolean): Demand => ({ file, what, isHeld });
  const { env, hooks } = content;
  const variables = isObject(env ?? null)
    ? Object.entries(env as Readonly<Record<string, Json>>)
    : [];
  const set = variables.flatMap(([name, value]): Demand[] => {
    const kind = redirectionOf(name, typeof value === "string" ? value : "value");
    if (kind === undefined && !/^(?:GIT_CONFIG|ANTHROPIC_|CLAUDE_|OTEL_|NPM_CONFIG_)/i.test(name))
      return [];
    if (ignores(name)) return [];
    const does =
      kind === "runs-code"
        ? "runs code by"
        : kind === "redirects-trust"
          ? "chooses who is talked to by"
          : "sets";
    // The guard lets no session begin under a variable that runs code or redirects trust, whoever holds it.
    return [demand(`${does} \`env.${name}\``, kind === undefined && held.has(name))];
  });
  const isHooked = isObject(hooks ?? null) && Object.keys(hooks as object).length > 0;
  const commands = COMMANDS.filter(
    (key) => typeof content[key] === "string" && content[key] !== "",
  );
  return [
    ...set,
    ...widenings(content["sandbox"] ?? null, "sandbox")
      .filter((key) => !held.has(key))
      .map((key) => demand(`widens the sandbox by \`${key}\``, false)),
    ...(isHooked ? [demand("runs hooks of its own", true)] : []),
    ...commands.map((key) => demand(`runs a command by \`${key}\``, HELD_COMMANDS.includes(key))),
  ];
}

/**
 * Keys of a sandbox that let out more, by the client's catalogue, with a value that does so. WHY lists too: the client joins
 * those of all layers. What it does not read from a project counts for nothing.
 */
function widenings(value: Json, path: string): readonly string[] {
  const known = loadCatalogue().keys.find(({ key }) => key === path);
  const isLooser = known?.security !== undefined && known.security !== "limits";
  if (isLooser && (known.layers?.includes("project") ?? true)) {
    if (known.strictest === value || value === null) return [];
    if (Array.isArray(value) && value.length === 0) return [];
    return [path];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => widenings(below, `${path}.${key}`));
}

/** Throws a Failure `ci-untrusted` for the first demand that nothing holds. */
export function refuseDemands(demands: readonly Demand[]): void {
  const open = demands.filter(({ isHeld }) => !isHeld);
  const [first] = open;
  if (first === undefined) return;
  const more = open.length > 1 ? `, and ${open.length - 1} more like it` : "";
  throw new Failure(
    "ci-untrusted",
    `the checkout's \`${first.file}\` ${first.what}${more}: a run without a person would do so unseen; take it out of the file`,
  );
}

/**
 * Refuses a checkout under whose settings the guard would hold the session from its first call, by the guard's own look at it: every
 * call but reading would be refused, and the run would spend its time on nothing. `home` and `data` are the run's own.
 */
export function refuseQuarantine(
  directory: string,
  { data, home }: { readonly data: string; readonly home: string },
): void {
  const book = openProjectBook(directoriesIn(data).projectsFile);
  const state = createControlInspector(book, home)(projectIn(book, directory, home));
  if (state.kind === "intact") return;
  throw new Failure(
    "ci-untrusted",
    `the run would be held from its first call and could only read: ${printable(state.what)}; take it out of the checkout`,
  );
}

function unreadable(file: string): Demand {
  return { file, what: "cannot be read as the client reads it", isHeld: false };
}

/** The file as JSON, null for one that is none, undefined where there is nothing. */
function jsonOf(directory: string, file: string): Json | undefined {
  const path = join(directory, file);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (!status.isFile() || status.size > FILE_BYTES_MAX) return null;
  try {
    return toJson(parseJsonText(readFileSync(path, "utf8"), file));
  } catch (cause) {
    if (cause instanceof Failure) return null;
    throw cause;
  }
}
