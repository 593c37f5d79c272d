// What a project's settings become when it is guarded: hooks of the chosen transport, variables, telemetry.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { Failure } from "#base/failure.ts";
import {
  buildCommandInsertion,
  buildInsertion,
  HIDDEN_TOKEN,
  waitsBeforeCalls,
  type Insertion,
  withToken,
} from "#govern/settings/hook-entries.ts";
import { LOOPBACK_ADDRESS } from "#govern/settings/hook-environment.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import type { GuardMode, ProjectEntry, Scope } from "#govern/settings/project-register.ts";
import { RULE_LISTS } from "#govern/settings/rule-lists.ts";
import {
  addToSettings,
  hasOurHooks,
  removeFromSettings,
  rulesIn,
  tokenInSettings,
} from "#govern/settings/settings-edit.ts";
import { missingFrom } from "#govern/settings/standing.ts";
import { homeDirectory } from "#platform/user.ts";
import type { Install } from "../../services/installation/install.ts";
import { shimsIn } from "../../services/program/in-force.ts";
import { type ProjectSettings, presentVariable } from "../../services/settings/project-settings.ts";
import { telemetryVariables } from "#govern/settings/telemetry-variables.ts";
import { readSecret } from "../../services/installation/secrets.ts";
import type { ClientEntries } from "../../services/evaluation/client-refusals.ts";
import type { Transport } from "./transport.ts";

/** Whether an entry of ours has the client send its telemetry. */
export function sendsTelemetry(entry: ProjectEntry | undefined): boolean {
  return entry?.undo.env.some(({ name }) => name === "CLAUDE_CODE_ENABLE_TELEMETRY") === true;
}

/** The address to which the client is to send its telemetry. */
function telemetryEndpoint({ port }: Install): string {
  return `https://${LOOPBACK_ADDRESS}:${port}`;
}

/** Throws a Failure where the client would not send its telemetry to us, or sends it to somebody else by now. */
export function refuseTelemetry(
  settings: ProjectSettings,
  {
    environment,
    install,
    scope,
    transport,
  }: Pick<Editing, "environment" | "install" | "transport"> & { readonly scope: Scope },
): void {
  if (scope !== "user")
    throw new Failure(
      "usage",
      "`--telemetry` needs `--scope user`: the client takes where telemetry goes from a person's own settings, not from a project's",
    );
  if (transport !== "http")
    throw new Failure("usage", "`--telemetry` needs the daemon: use it with `--transport http`");
  const present = presentVariable(settings, environment, "OTEL_EXPORTER_OTLP_ENDPOINT", true);
  if (present !== undefined && present !== "" && present !== telemetryEndpoint(install))
    throw new Failure(
      "telemetry",
      "the client's telemetry goes to another collector (`OTEL_EXPORTER_OTLP_ENDPOINT`): take that out first, or leave `--telemetry` away",
    );
}

/** Whether calls of an entry of ours wait for an answer from elsewhere before the client hears of them. */
export function answersHeadless(entry: ProjectEntry | undefined): boolean {
  return entry?.hooks.some(waitsBeforeCalls) === true;
}

/** Throws a Failure where no call would wait. */
export function refuseAnswersHeadless({ transport }: Pick<Editing, "transport">): void {
  if (transport === "http") return;
  throw new Failure(
    "usage",
    "`--answers-headless` needs the daemon: use it with `--transport http`",
  );
}

type Editing = {
  readonly telemetry: boolean;
  readonly waits: boolean;
  readonly mode: GuardMode;
  readonly settings: ProjectSettings;
  readonly environment: NodeJS.ProcessEnv;
  readonly install: Install;
  readonly transport: Transport;
  readonly hookPath: string;
  readonly id: string;
  readonly token: string;
  readonly before: ProjectEntry | undefined;
  /** Of the client on PATH, where there is one. */
  readonly clientVersion: string | undefined;
  /** Rules and switches of the client. */
  readonly client: ClientEntries;
};

/** What the settings become. Older entries of ours go first, so that guarding again never doubles them. */
export function editSettings(editing: Editing) {
  const { settings, install, before } = editing;
  const { file, local } = settings;
  const present = local?.text;
  // WHY not by hooks alone: somebody may have taken those out, and rules left behind would be taken for the person's.
  const isOurs =
    present !== undefined &&
    present.trim() !== "" &&
    (before !== undefined || hasOurHooks(present, file));
  const clean = isOurs
    ? removeFromSettings(present, before?.undo, { file, caBundlePath: install.caBundlePath }).text
    : present;
  const bare = {
    ...settings,
    local: clean === undefined || local === undefined ? undefined : { ...local, text: clean },
  };
  const insertion = { ...insertionFor(editing, bare), ...editing.client };
  const hooks = insertion.hooks.map((entry) => withToken(entry, HIDDEN_TOKEN));
  const isSame =
    sendsTelemetry(before) === editing.telemetry &&
    areSameEntries(editing, clean, file) &&
    // An event that the client on this machine does not know goes out again.
    (before === undefined || isDeepStrictEqual(eventsOf(before.hooks), eventsOf(hooks)));
  if (
    isOurs &&
    isSame &&
    missingFrom(toJson(parseJsonText(present, file)), insertion).length === 0
  ) {
    const undo = before?.undo ?? addToSettings(clean, insertion, file).undo;
    return { text: present, undo, hooks };
  }
  return { ...addToSettings(clean, insertion, file), hooks };
}

function eventsOf(entries: readonly { readonly event: string }[]): readonly string[] {
  return entries.map(({ event }) => event).sort();
}

/** Whether the rules and switches that we would add are those that are on record as ours. */
function areSameEntries(
  { before, client }: Pick<Editing, "before" | "client">,
  clean: string | undefined,
  file: string,
): boolean {
  if (before === undefined || clean === undefined) return true;
  return RULE_LISTS.every(({ list, of }) => {
    const own = new Set(rulesIn(clean, file, list));
    const wanted = client[of].filter((rule) => !own.has(rule));
    return isDeepStrictEqual([...wanted].sort(), [...(before.undo[of] ?? [])].sort());
  });
}

function insertionFor(editing: Editing, settings: ProjectSettings): Insertion {
  const { install, token, environment } = editing;
  const root = install.directories.root;
  const shims = shimsIn(install.directories);
  if (editing.transport === "command") {
    if (!existsSync(editing.hookPath)) {
      throw new Failure(
        "not-built",
        `there is no \`${editing.hookPath}\`; run \`npm run build\`, or install sallyport again`,
      );
    }
    const command = {
      hookPath: shims.hook,
      projectId: editing.id,
      dataDirectory: root,
      home: environment["HOME"] ?? homeDirectory(),
      mode: editing.mode,
      clientVersion: editing.clientVersion,
    };
    return buildCommandInsertion(command, (name) =>
      presentVariable(settings, environment, name, true),
    );
  }
  const target = {
    port: install.port,
    token,
    caBundlePath: install.caBundlePath,
    commandPath: shims.command,
    lockFile: install.directories.lockFile,
    mode: editing.mode,
    waits: editing.waits,
    clientVersion: editing.clientVersion,
  };
  const insertion = buildInsertion(target, (name) =>
    presentVariable(settings, environment, name, false),
  );
  if (!editing.telemetry) return insertion;
  const variables = telemetryVariables({
    endpoint: telemetryEndpoint(install),
    protocol: "http/protobuf",
    token: readSecret(install.directories, "telemetry"),
  });
  const env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return { ...insertion, env: [...insertion.env, ...env] };
}

/** The token in force: a new one would cut off the sessions that are running. */
export function keptToken(
  settings: ProjectSettings,
  before: ProjectEntry | undefined,
): string | undefined {
  const text = settings.local?.text;
  if (text === undefined || text.trim() === "" || before === undefined) return undefined;
  return tokenInSettings(text, settings.file, (token) => sha256(token) === before.tokenDigest);
}

/** The digest of a text as the register keeps it, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
