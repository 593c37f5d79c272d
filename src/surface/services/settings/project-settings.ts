// A project's settings files as the client reads them: ours to edit, and those that can undo what we put in.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { AGENT_KEY } from "#govern/settings/fixed-entries.ts";
import { readBelow, type StoredFile } from "#govern/settings/deploy.ts";
import { parseJsonText } from "#govern/settings/json-text.ts";
import { nodeAt } from "#govern/settings/json-edit.ts";
import {
  type AcceptedVariable,
  acceptVariable,
  isAccepted,
} from "#govern/settings/accepted-variables.ts";
import type { LayeredDocument } from "#govern/settings/sandbox-and-hooks.ts";
import { obstacles, redirections, type SettingsDocument } from "#govern/settings/settings-check.ts";
import { ignoredBy } from "./client-knowledge.ts";
import { readText } from "../../foundation/files/text-file.ts";
import { isManagedPath } from "./managed-places.ts";
import { hasOurHooks } from "#govern/settings/settings-edit.ts";
import { managedSources } from "./managed-sources.ts";

/** The settings file that we edit, relative to the project; it belongs to one person and is not shared. */
export const localSettingsPath = ".claude/settings.local.json";

/** The person's own settings file, relative to their home. */
export const userSettingsPath = ".claude/settings.json";

/** What the client will read for a project, as far as it can be read. */
export type ProjectSettings = {
  /** Absolute path of the file that we edit. */
  readonly file: string;
  readonly local: StoredFile | undefined;
  /** Shared by the repository; hostile until read. */
  readonly repository: SettingsDocument | undefined;
  /** Of the user and of the machine's administrator. */
  readonly others: readonly SettingsDocument[];
};

/** Whether a document is of the machine's administrator: it stands above every other. */
export function isManaged({ file }: SettingsDocument): boolean {
  return isManagedPath(file);
}

/** Reads them all. Throws a Failure when our own file is a link, unreadable, or no text. */
export async function readProjectSettings(root: string, home: string): Promise<ProjectSettings> {
  const file = join(root, localSettingsPath);
  const others = [await readDocument(join(home, userSettingsPath)), ...(await managedDocuments())];
  return {
    file,
    local: await readBelow(root, file),
    repository: await readDocument(join(root, ".claude", "settings.json")),
    others: others.filter((document) => document !== undefined),
  };
}

/** The person's own settings, to be edited, and what stands above them on this machine. `home` is a real path. */
export async function readUserSettings(home: string): Promise<ProjectSettings> {
  const file = join(home, userSettingsPath);
  const others = await managedDocuments();
  return {
    file,
    local: await readBelow(home, file),
    repository: undefined,
    others: others.filter((document) => document !== undefined),
  };
}

/** All of them that are there and hold something, by whether they are managed. */
export function documentsOf({
  file,
  local,
  repository,
  others,
}: ProjectSettings): readonly LayeredDocument[] {
  const ours =
    local === undefined || local.text.trim() === "" ? undefined : documentOf(file, local);
  return [ours, repository, ...others]
    .filter((document) => document !== undefined)
    .map((document) => ({ document, isManaged: isManaged(document) }));
}

/** Whether the repository, the person or the machine says by which agent a session is made. */
export function namesAgent({ repository, others }: ProjectSettings): boolean {
  return [repository, ...others].some((document) => {
    const node = document === undefined ? undefined : nodeAt(document.root, [AGENT_KEY]);
    return node?.kind === "scalar" && typeof node.value === "string" && node.value !== "";
  });
}

/** Managed settings that call our hooks: those of other layers may be silent beside them, and judge when they are gone. */
export function isHookedByManaged({ others }: ProjectSettings): boolean {
  return others.some(
    (document) => isManaged(document) && hasOurHooks(document.text, document.file),
  );
}

/**
 * Throws a Failure when some settings file keeps our hooks from running or from being trusted. `isBehindManaged`: managed
 * settings call our hooks, so what keeps those of other layers silent is no obstacle. `beaten`: keys by which our own file is to
 * say what stands above the same key of repository and person.
 */
export function refuseObstacles(
  settings: ProjectSettings,
  {
    isBehindManaged = false,
    beaten = [],
  }: { readonly isBehindManaged?: boolean; readonly beaten?: readonly string[] } = {},
): void {
  const { file, local, repository, others: all } = settings;
  const others = isBehindManaged ? all.filter((document) => !isManaged(document)) : all;
  const ours =
    local === undefined || local.text.trim() === "" ? undefined : documentOf(file, local);
  const found = [
    ...(ours === undefined ? [] : obstacles(ours, false)),
    ...others.flatMap((document) => obstacles(document, false, isManaged(document) ? [] : beaten)),
    ...(repository === undefined ? [] : obstacles(repository, true, beaten)),
  ];
  const [first] = found;
  if (first === undefined) return;
  const message = `${first.message}; a project cannot be guarded like this: remove it and try again`;
  throw new Failure("settings-obstacle", message, { at: first.at });
}

/**
 * The repository's variables that run code or redirect trust and stand accepted: those that were before, with the same
 * value, and those in `wanted`. Throws a Failure that names all others. `pinned` are set by our own file.
 */
export function acceptRedirections(
  { repository }: ProjectSettings,
  choice: {
    readonly pinned: readonly string[];
    readonly before: readonly AcceptedVariable[] | undefined;
    readonly wanted: readonly string[];
    /** Of the client that is installed, where it is known. */
    readonly clientVersion: string | undefined;
  },
): readonly AcceptedVariable[] {
  const ignores = ignoredBy(() => choice.clientVersion);
  const found = repository === undefined ? [] : redirections(repository, choice.pinned, ignores);
  const open = found.filter(
    ({ variable }) =>
      !choice.wanted.includes(variable.name) && !isAccepted(variable, choice.before),
  );
  const [first] = open;
  if (first === undefined) return found.map(({ variable }) => acceptVariable(variable));
  const names = open.map(({ variable }) => printable(variable.name)).join(",");
  throw new Failure(
    "settings-redirection",
    `${first.message}${open.length > 1 ? ` (and ${open.length - 1} more)` : ""}; remove it, or accept what it does with \`--accept-env ${names}\``,
    { at: first.at },
  );
}

/**
 * The value that a variable has for the client now: our file, then the repository's, then the user's, then the
 * environment. `trusted` leaves the repository out.
 */
export function presentVariable(
  settings: ProjectSettings,
  environment: NodeJS.ProcessEnv,
  name: string,
  trusted: boolean,
): string | undefined {
  const { file, local, repository, others } = settings;
  const ours =
    local === undefined || local.text.trim() === "" ? undefined : documentOf(file, local);
  for (const document of [ours, trusted ? undefined : repository, ...others]) {
    const node = document === undefined ? undefined : nodeAt(document.root, ["env", name]);
    if (node?.kind === "scalar" && typeof node.value === "string") return node.value;
  }
  return environment[name];
}

function documentOf(file: string, { text }: StoredFile): SettingsDocument {
  return { file, text, root: parseJsonText(text, file) };
}

/** A file that the client would ignore (missing, not JSON) cannot stand in our way. */
async function readDocument(file: string): Promise<SettingsDocument | undefined> {
  return parsedDocument(file, await readText(file));
}

async function managedDocuments(): Promise<readonly (SettingsDocument | undefined)[]> {
  const { inForce } = await managedSources();
  return inForce.map(({ file, text }) => parsedDocument(file, text));
}

function parsedDocument(file: string, text: string | undefined): SettingsDocument | undefined {
  if (text === undefined) return undefined;
  try {
    return { file, text, root: parseJsonText(text, file) };
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}
