// Guarding a repository for everybody who works on it: hooks and a script in its own, committed settings.
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import {
  readBelow,
  realFolder,
  removeFolderIfEmpty,
  replaceBelow,
  type StoredFile,
} from "#govern/settings/deploy.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import {
  addToSettings,
  checkSettings,
  hasOurHooks,
  removeFromSettings,
} from "#govern/settings/settings-edit.ts";
import {
  buildSharedInsertion,
  isSharedScript,
  SHARED_SCRIPT,
  sharedScriptPath,
} from "#govern/settings/shared-entries.ts";
import { missingFrom } from "#govern/settings/standing.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { homeDirectory } from "#platform/user.ts";
import { ensureInstall, type Install } from "../../services/installation/install.ts";
import { ensureLog } from "../../services/installation/log-keys.ts";
import { dataDirectory } from "../../foundation/files/directories.ts";
import { ensureProgram, type Running, runningProgram } from "../../services/program/in-force.ts";
import { type ChangeRequest, seekConsent } from "../../foundation/terminal/consent.ts";
import { type Reader, tell } from "../../foundation/terminal/outcome.ts";
import { readProjectSettings, refuseObstacles } from "../../services/settings/project-settings.ts";

/** `--shared`. */
export const sharedOption = {
  type: "boolean",
  description: "in the repository's own settings, for everybody who works on it",
} as const;

const settingsPath = ".claude/settings.json";

/** What became of it. */
export type SharedOutcome<Kind extends string> = {
  readonly kind: Kind | "planned" | "declined";
  readonly root: string;
  readonly diff: string;
  readonly notes: readonly string[];
};

/** Both files as they are, and what they become; undefined for a file that is not there. */
type Files = {
  readonly root: string;
  readonly settings: StoredFile | undefined;
  readonly script: StoredFile | undefined;
};
type Change = { readonly settings: string | undefined; readonly script: string | undefined };

const NOTE =
  "commit both files. Whoever has no sallyport is refused until they install it and run `sallyport init`; the client reads these settings only when it is started in this folder, not below it";

/**
 * Puts the shared hooks into a repository: shows the change, asks once, writes. Throws a Failure when a file is a link,
 * void, not ours to replace, or something keeps the hooks from running. `running` is the program of the own installation.
 */
export async function shareProject(
  request: ChangeRequest,
  running: Running = runningProgram(),
): Promise<SharedOutcome<"guarded" | "unchanged">> {
  const environment = request.environment ?? process.env;
  const root = await realFolder(request.directory);
  const files = await readFiles(root);
  refuseObstacles(await readProjectSettings(root, environment["HOME"] ?? homeDirectory()));
  if (files.script !== undefined && !isSharedScript(files.script.text)) {
    throw new Failure(
      "settings-obstacle",
      `\`${join(root, sharedScriptPath)}\` is not ours; move it away and try again`,
    );
  }
  const change = { settings: withSharedHooks(files), script: SHARED_SCRIPT };
  const diff = diffOf(files, change);
  const outcome = <Kind extends string>(kind: Kind) => ({ kind, root, diff, notes: [NOTE] });
  const install = await ensureInstall({ root: request.data ?? dataDirectory(environment) });
  if (diff === "") {
    if (request.dryRun !== true) await prepareOwn(install, running);
    return outcome("unchanged");
  }
  const summary = [
    `Ask the sallyport of everybody who works on ${root}`,
    `  written   ${settingsPath} (hooks) and ${sharedScriptPath}, to be committed`,
    "  undo      `sallyport uninstall --shared` takes every line of this out again",
  ];
  const asked = { diff, notes: [NOTE], summary, isYesByDefault: true };
  const consent = await seekConsent(request, asked);
  if (consent !== "given") return outcome(consent);
  await prepareOwn(install, running);
  // The script first: hooks without it would only fail.
  await replaceBelow(root, join(root, sharedScriptPath), {
    expected: files.script,
    text: change.script,
  });
  await replaceBelow(root, join(root, settingsPath), {
    expected: files.settings,
    text: change.settings,
  });
  return outcome("guarded");
}

/** What the shared hook calls on this machine: without a project of its own this person has it all the same. */
async function prepareOwn(install: Install, running: Running): Promise<void> {
  ensureProgram(install.directories, running);
  await ensureLog(install);
}

/** Takes the shared hooks out again: what is not ours stays. Twice is not an error. */
export async function unshareProject(
  request: ChangeRequest,
): Promise<SharedOutcome<"removed" | "nothing">> {
  const root = await realFolder(request.directory);
  const files = await readFiles(root);
  const isOurs = files.script !== undefined && isSharedScript(files.script.text);
  const change = {
    settings: withoutSharedHooks(files),
    script: isOurs ? undefined : files.script?.text,
  };
  const diff = diffOf(files, change);
  const outcome = <Kind extends string>(kind: Kind) => ({ kind, root, diff, notes: [] });
  if (diff === "") return outcome("nothing");
  const consent = await seekConsent(request, { diff, notes: [] });
  if (consent !== "given") return outcome(consent);
  const { settings, script } = files;
  if (settings?.text !== change.settings) {
    await replaceBelow(root, join(root, settingsPath), {
      expected: settings,
      text: change.settings,
    });
  }
  if (script?.text !== change.script) {
    await replaceBelow(root, join(root, sharedScriptPath), {
      expected: script,
      text: change.script,
    });
  }
  await removeFolderIfEmpty(dirname(join(root, settingsPath)));
  return outcome("removed");
}

/** `init --shared`, with its words for a person or its outcome as JSON. */
export async function runShared(request: ChangeRequest, reader: Reader): Promise<void> {
  const { kind, root, diff, notes } = await shareProject(request);
  if (kind === "declined") process.exitCode = 1;
  await tell(reader, { outcome: kind, root, diff, notes }, closingLine(kind, root));
}

function closingLine(kind: SharedOutcome<"guarded" | "unchanged">["kind"], root: string): string {
  switch (kind) {
    case "guarded":
      return `shared: ${root}; \`sallyport uninstall --shared\` takes it out again`;
    case "unchanged":
      return `already shared, nothing to change: ${root}`;
    case "planned":
      return "nothing was written (--dry-run)";
    case "declined":
      return "nothing was written";
    default:
      return kind satisfies never;
  }
}

async function readFiles(root: string): Promise<Files> {
  return {
    root,
    settings: await readBelow(root, join(root, settingsPath)),
    script: await readBelow(root, join(root, sharedScriptPath)),
  };
}

function withSharedHooks({ root, settings }: Files): string {
  const file = join(root, settingsPath);
  const insertion = buildSharedInsertion();
  const text = settings?.text;
  if (text === undefined || text.trim() === "") return addToSettings(text, insertion, file).text;
  checkSettings(text, file);
  if (missingFrom(toJson(parseJsonText(text, file)), insertion).length === 0) return text;
  return addToSettings(withoutHooks(text, file), insertion, file).text;
}

function withoutSharedHooks({ root, settings }: Files): string | undefined {
  const file = join(root, settingsPath);
  if (settings === undefined || settings.text.trim() === "") return settings?.text;
  const text = withoutHooks(settings.text, file);
  return text !== settings.text && text.replace(/\s/g, "") === "{}" ? undefined : text;
}

function withoutHooks(text: string, file: string): string {
  if (!hasOurHooks(text, file)) return text;
  return removeFromSettings(text, undefined, { file, caBundlePath: undefined }).text;
}

function diffOf(files: Files, change: Change): string {
  return (
    unifiedDiff(files.script?.text, change.script, sharedScriptPath) +
    unifiedDiff(files.settings?.text, change.settings, settingsPath)
  );
}
