// The ways in which the client runs: which of them are found here, and what of a deployment reaches each.
import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** A way to run the client (M7.18). */
export type RuntimeKind = "terminal" | "editor" | "dev-container" | "ci" | "cloud" | "browser";

/** What is known of one. */
export type Runtime = {
  readonly kind: RuntimeKind;
  /** Where it was found; none when it was not. */
  readonly found: readonly string[];
  /** What reaches it, and how that is proven. */
  readonly reach: string;
};

const ENTRIES_MAX = 500;
const FILE_BYTES_MAX = 256 * 1024;

/** Looks for each. Only files are looked at; nothing is run. */
export function runtimesHere(at: {
  readonly home: string;
  readonly project: string;
  readonly path: string;
}): readonly Runtime[] {
  const { home, project, path } = at;
  return [
    {
      kind: "terminal",
      found: clientsOnPath(path),
      reach: "files of this machine; each client is asked by `policy verify --client FILE`",
    },
    {
      kind: "editor",
      found: extensions(home),
      reach:
        "files of this machine when the editor runs on it; the extension brings a client of its own, which `--client FILE` asks",
    },
    {
      kind: "dev-container",
      found: [".devcontainer/devcontainer.json", ".devcontainer.json"]
        .map((name) => join(project, name))
        .filter(isFile),
      reach:
        "what its image and its mounts hold, not this machine's files: deploy in the image, and run `policy verify` inside",
    },
    {
      kind: "ci",
      found: pipelines(project),
      reach:
        "what the job's image holds, and the project's own settings: deploy in the image, and run `policy verify` in a job",
    },
    {
      kind: "cloud",
      found: [],
      reach:
        "the project's own settings only: a machine of the vendor reads no managed file of this one, and nothing here can ask it",
    },
    {
      kind: "browser",
      found: nativeHosts(home),
      reach:
        "files of this machine for the client that it starts; what the browser itself does no hook sees",
    },
  ];
}

/** Each `claude` on PATH, one that links name twice once. */
export function clientsOnPath(path: string): readonly string[] {
  const found = path
    .split(":")
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, "claude"))
    .filter(isProgram);
  const real = found.map((file) => realpathSync(file));
  return found.filter((_, index) => real.indexOf(real[index] ?? "") === index);
}

function extensions(home: string): readonly string[] {
  const folders = [
    ...[".vscode", ".vscode-server", ".vscode-insiders", ".cursor", ".cursor-server", ".windsurf"],
  ].map((name) => join(home, name, "extensions"));
  return folders.flatMap((folder) => entriesIn(folder, /^anthropic\.claude-code/));
}

function pipelines(project: string): readonly string[] {
  const files = entriesIn(join(project, ".github/workflows"), /\.ya?ml$/);
  return [...files, join(project, ".gitlab-ci.yml")].filter((file) =>
    /claude-code|\bclaude\s+-p\b/.test(fileText(file)),
  );
}

function nativeHosts(home: string): readonly string[] {
  const folders = [
    ...[".config/google-chrome", ".config/chromium", ".config/microsoft-edge"],
    ...["Library/Application Support/Google/Chrome"],
  ].map((name) => join(home, name, "NativeMessagingHosts"));
  return folders.flatMap((folder) => entriesIn(folder, /^com\.anthropic\.claude/));
}

/** Paths of the entries of a folder whose names match. */
function entriesIn(folder: string, name: RegExp): readonly string[] {
  return namesIn(folder)
    .filter((one) => name.test(one))
    .map((one) => join(folder, one));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, ENTRIES_MAX).sort();
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Whether a file is there that may be started. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
}

function fileText(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile() !== true || status.size > FILE_BYTES_MAX) return "";
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
