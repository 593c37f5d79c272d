// The guarded projects as the daemon sees them: found by token, and checked for hooks that no longer stand.
import { createHash, timingSafeEqual } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import {
  HIDDEN_TOKEN,
  type Insertion,
  LOOPBACK_ADDRESS,
  withToken,
} from "#govern/settings/hook-entries.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { parseProjectRegister, type ProjectEntry } from "#govern/settings/project-register.ts";
import { isAccepted } from "#govern/settings/accepted-variables.ts";
import { obstacles, redirections, voidingFaults } from "#govern/settings/settings-check.ts";
import { tokenInSettings } from "#govern/settings/settings-edit.ts";
import { missingFrom } from "#govern/settings/standing.ts";
import type {
  AlterationCode,
  ControlState,
  FindProject,
  InspectControls,
  Project,
} from "./ports.ts";
import { readPrivateFile } from "./private-file.ts";

/** The register of guarded projects, read again whenever its file changes. */
export type ProjectBook = {
  readonly find: FindProject;
  entry(id: string): ProjectEntry | undefined;
  /** The guarded project that holds a directory; of several the innermost. */
  holding(directory: string): ProjectEntry | undefined;
};

/** Opens the register at `file`; a missing one is empty. `find` and `entry` throw a Failure when it is damaged. */
export function openProjectBook(file: string): ProjectBook {
  let signature: string | undefined;
  let entries: readonly ProjectEntry[] = [];
  const current = () => {
    const now = signatureOf(file);
    if (now !== signature) {
      entries = parseProjectRegister(readPrivateFile(file, { secret: true }), file);
      signature = now;
    }
    return entries;
  };
  return {
    entry: (id) => current().find((entry) => entry.id === id),
    holding: (directory) =>
      current()
        .filter(({ root }) => isWithin(root, directory))
        .toSorted((a, b) => b.root.length - a.root.length)[0],
    find(tokenDigest) {
      let found: ProjectEntry | undefined;
      for (const entry of current()) {
        // Every entry is compared, so that the time does not tell which one was near.
        if (timingSafeEqual(Buffer.from(entry.tokenDigest, "hex"), tokenDigest)) found = entry;
      }
      return found === undefined ? undefined : { id: found.id, root: found.root };
    },
  };
}

/**
 * Whether what `init` installed still stands in a project's settings: our hooks as they were written, our variables, no
 * entry that voids the file, no setting of project or user that turns hooks off. What a person adds beside does not count.
 */
export function createControlInspector(book: ProjectBook, home: string): InspectControls {
  return (project) => {
    const entry = book.entry(project.id);
    if (entry === undefined) return altered("project-unknown", "this project is no longer guarded");
    return (
      inspectInstalled(entry) ??
      inspectOthers(project, home) ??
      inspectRepository(entry) ?? { kind: "intact" }
    );
  };
}

function inspectInstalled(entry: ProjectEntry): ControlState | undefined {
  const file = entry.settingsFile;
  const settings = readSettings(file);
  if (settings === undefined)
    return altered("settings-missing", `\`${file}\` is gone, and our hooks with it`);
  if ("problem" in settings) return altered("settings-void", settings.problem);
  const [fault] = voidingFaults(settings);
  if (fault !== undefined) return altered("settings-void", `\`${file}\`: ${fault.message}`);
  const [obstacle] = obstacles(settings, false);
  if (obstacle !== undefined) return altered("hooks-off", `\`${file}\`: ${obstacle.message}`);
  const token = carriesToken(entry)
    ? tokenInSettings(settings.text, file, isTokenOf(entry))
    : HIDDEN_TOKEN;
  if (token === undefined)
    return altered("hook-altered", `\`${file}\`: no hook of ours carries this project's token`);
  const [missing] = missingFrom(toJson(settings.root), installedBy(entry, token));
  switch (missing?.kind) {
    case undefined:
      return undefined;
    case "hook":
      return altered(
        "hook-altered",
        `\`${file}\`: our \`${missing.event}\` hook was removed or changed`,
      );
    case "variable":
      return altered(
        "variable-altered",
        `\`${file}\`: the variable \`${missing.name}\` was changed`,
      );
    default:
      return missing satisfies never;
  }
}

/** A project whose hooks are commands has no token: they name the project themselves. */
function carriesToken(entry: ProjectEntry): boolean {
  return entry.hooks.some(({ handler }) => handler["headers"] !== undefined);
}

function isTokenOf(entry: ProjectEntry): (token: string) => boolean {
  const expected = Buffer.from(entry.tokenDigest, "hex");
  return (token) => timingSafeEqual(createHash("sha256").update(token).digest(), expected);
}

/** What must stand: the hooks as they were written, with this project's token, and the variables they need. */
function installedBy(entry: ProjectEntry, token: string): Insertion {
  return {
    hooks: entry.hooks.map((hook) => withToken(hook, token)),
    // Which other hosts bypass a proxy is the person's own matter.
    env: entry.undo.env.map(({ name, written }) => ({
      name,
      value: name.toLowerCase() === "no_proxy" ? LOOPBACK_ADDRESS : written,
    })),
  };
}

/** Other files that count for the project: each may turn off what ours turns on. */
function inspectOthers(project: Project, home: string): ControlState | undefined {
  const places = [
    { file: join(project.root, ".claude", "settings.json"), isRepository: true },
    { file: join(home, ".claude", "settings.json"), isRepository: false },
  ];
  for (const { file, isRepository } of places) {
    const settings = readSettings(file);
    // The client ignores a file it cannot read; ours still counts.
    if (settings === undefined || "problem" in settings) continue;
    // A variable of the repository is overridden by ours, which stands in the layer above.
    const found = obstacles(settings, isRepository).find(({ code }) => code !== "repository-trust");
    if (found !== undefined) return altered("hooks-off", `\`${file}\`: ${found.message}`);
  }
  return undefined;
}

/** Variables by which the repository runs code in every command, or sends prompts elsewhere; unless a person accepted them. */
function inspectRepository(entry: ProjectEntry): ControlState | undefined {
  const file = join(entry.root, ".claude", "settings.json");
  const settings = readSettings(file);
  if (settings === undefined || "problem" in settings) return undefined;
  const pinned = entry.undo.env.map(({ name }) => name);
  const found = redirections(settings, pinned).filter(
    ({ variable }) => !isAccepted(variable, entry.acceptedEnv),
  );
  const worst = found.find(({ redirection }) => redirection === "redirects-trust") ?? found[0];
  return worst === undefined
    ? undefined
    : altered(`repository-${worst.redirection}`, `\`${file}\`: ${worst.message}`);
}

type Settings = { file: string; text: string; root: ReturnType<typeof parseJsonText> };

function readSettings(file: string): Settings | { readonly problem: string } | undefined {
  try {
    const text = readPrivateFile(file, { secret: false });
    return text === undefined ? undefined : { file, text, root: parseJsonText(text, file) };
  } catch (cause) {
    const what = cause instanceof Failure ? cause.message : "cannot be read";
    return { problem: `\`${file}\`: ${what}` };
  }
}

function altered(code: AlterationCode, what: string): ControlState {
  return { kind: "altered", code, what };
}

function signatureOf(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false, bigint: true });
  return status === undefined ? "none" : `${status.ino}:${status.size}:${status.mtimeNs}`;
}
