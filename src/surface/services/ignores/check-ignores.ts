// What keeps the secrets of a project: from commits (git) and from sessions (rules), and what only looks as if it did.
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { envParity } from "#govern/ignores/env-parity.ts";
import {
  denyRules,
  GITIGNORE_LINES,
  type IgnoreEntry,
  isAboutSecrets,
  parseIgnoreFile,
  samplePath,
} from "#govern/ignores/ignore-file.ts";
import { prohibitionsIn } from "#govern/ignores/security-section.ts";
import { type Keeping, keepersOf, keepersOfFile } from "./kept.ts";

/** One thing that is worth a change. `line` counts from 1; 0 is the file as such. */
export type IgnoreFinding = {
  readonly id: string;
  readonly gravity: "error" | "warning" | "note";
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly fix: string;
};

/** Bytes of one such file, and calls that are tried for one check. */
const FILE_BYTES_MAX = 1024 * 1024;
const TRIED_MAX = 200;
const WRITE = "`sallyport ignores write` shows the change and makes it";

/** Everything that is to be said of the project at `keeping.root`. */
export async function checkIgnores(
  keeping: Keeping,
  environment: NodeJS.ProcessEnv,
): Promise<readonly IgnoreFinding[]> {
  return [
    ...(await claudeIgnore(keeping)),
    ...(await gitIgnore(keeping, environment)),
    ...envFiles(keeping.root),
    ...(await instructions(keeping)),
  ];
}

/** The text of a small file below the project, undefined where there is none. */
export function textBelow(root: string, path: string): string | undefined {
  try {
    const file = join(root, path);
    return statSync(file).size > FILE_BYTES_MAX ? undefined : readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** The client does not know this file: an entry that nothing else enforces keeps nothing. */
async function claudeIgnore(keeping: Keeping): Promise<readonly IgnoreFinding[]> {
  const file = ".claudeignore";
  const text = textBelow(keeping.root, file);
  if (text === undefined) return [];
  const found: IgnoreFinding[] = [];
  let byUs = 0;
  for (const entry of parseIgnoreFile(text).slice(0, TRIED_MAX)) {
    const at = { file, line: entry.line };
    if (entry.isNegated) {
      found.push({
        id: "claudeignore/exception",
        gravity: "note",
        ...at,
        message: `\`${entry.text}\` takes something out again: sallyport heeds that where it guards, and a deny rule of the client has no exceptions`,
        fix: "name what is to be kept one by one",
      });
      continue;
    }
    const keepers = await keepersOfFile(keeping, samplePath(entry));
    if (keepers.length > 0) {
      if (!keepers.includes("the client")) byUs += 1;
      continue;
    }
    found.push({
      id: "claudeignore/alone",
      gravity: "error",
      ...at,
      message: `nothing enforces \`${entry.text}\`: the client does not read this file, and no rule keeps what it names`,
      fix: `deny it: \`${denyRules(entry)[0] ?? ""}\`; ${WRITE}`,
    });
  }
  if (byUs > 0)
    found.push({
      id: "claudeignore/relied-on",
      gravity: "note",
      file,
      line: 0,
      message: `${byUs === 1 ? "1 entry is" : `${byUs} entries are`} enforced by sallyport alone; where it does not guard, nothing keeps what they name`,
      fix: "write them as deny rules of the client too, for people without sallyport",
    });
  return found;
}

async function gitIgnore(
  keeping: Keeping,
  environment: NodeJS.ProcessEnv,
): Promise<readonly IgnoreFinding[]> {
  const file = ".gitignore";
  const { root } = keeping;
  const wanted = parseIgnoreFile(GITIGNORE_LINES.join("\n")).filter((entry) => !entry.isNegated);
  const ignored = await ignoredByGit(
    root,
    [...wanted.map(samplePath), ".env.example"],
    environment,
  );
  if (ignored === undefined) return [];
  const found: IgnoreFinding[] = [];
  for (const entry of wanted) {
    if (ignored.has(samplePath(entry))) continue;
    found.push({
      id: "gitignore/missing",
      gravity: "warning",
      file,
      line: 0,
      message: `git does not ignore \`${entry.text}\`: a secret in such a file is committed with \`git add .\``,
      fix: `add \`${entry.text}\`; ${WRITE}`,
    });
  }
  if (ignored.has(".env.example")) {
    found.push({
      id: "gitignore/example",
      gravity: "warning",
      file,
      line: 0,
      message: "git ignores `.env.example` too, which shows others which variables are needed",
      fix: `add \`!.env.example\` behind the pattern that takes it; ${WRITE}`,
    });
  }
  const entries = parseIgnoreFile(textBelow(root, file) ?? "");
  for (const entry of entries.filter(isKeeping).slice(0, TRIED_MAX)) {
    if ((await keepersOfFile(keeping, samplePath(entry))).length > 0) continue;
    found.push({
      id: "gitignore/readable",
      gravity: "warning",
      file,
      line: entry.line,
      message: `\`${entry.text}\` is kept from commits, and any session may read it`,
      fix: `deny it: \`${denyRules(entry)[0] ?? ""}\`; ${WRITE}`,
    });
  }
  const kept = parseIgnoreFile(textBelow(root, ".claudeignore") ?? "").filter(isKeeping);
  const open = await ignoredByGit(root, kept.map(samplePath), environment);
  for (const entry of kept) {
    if (open?.has(samplePath(entry)) === true) continue;
    found.push({
      id: "gitignore/committable",
      gravity: "warning",
      file: ".claudeignore",
      line: entry.line,
      message: `\`${entry.text}\` is meant to be kept from sessions, and git does not ignore it`,
      fix: `add it to \`.gitignore\``,
    });
  }
  return found;
}

function isKeeping({ pattern, isNegated }: IgnoreEntry): boolean {
  return !isNegated && isAboutSecrets(pattern);
}

/** Of these paths those that git would ignore, whether they are there or tracked; undefined outside of a repository. */
function ignoredByGit(
  root: string,
  paths: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlySet<string> | undefined> {
  const guards = ["-c", "core.fsmonitor=false", "-c", "safe.directory=*", "-C", root];
  const child = spawn("git", [...guards, "check-ignore", "--no-index", "-z", "--stdin"], {
    env: { ...environment, GIT_OPTIONAL_LOCKS: "0" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(paths.map((path) => `${path}\0`).join(""));
  return new Promise((resolve) => {
    child.once("error", () => resolve(undefined));
    // 0: some are ignored, 1: none, 128: no repository.
    child.once("close", (code) => {
      if (code !== 0 && code !== 1) resolve(undefined);
      else resolve(new Set(output.split("\0").filter((path) => path !== "")));
    });
  });
}

function envFiles(root: string): readonly IgnoreFinding[] {
  const env = textBelow(root, ".env");
  if (env === undefined) return [];
  const file = ".env.example";
  const example = textBelow(root, file);
  const { missing, real } = envParity(env, example ?? "");
  const names = missing.map((name) => `\`${name}\``).join(", ");
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            id: "env/missing",
            gravity: "warning" as const,
            file,
            line: 0,
            message:
              example === undefined
                ? `there is none beside \`.env\`, which has ${missing.length} variables`
                : `it does not show ${names}, which \`.env\` has`,
            fix: `show each with a placeholder; ${WRITE}`,
          },
        ]),
    ...real.map(({ name, line }) => ({
      id: "env/real-value",
      gravity: "error" as const,
      file,
      line,
      message: `the value of \`${name}\` is the one of \`.env\``,
      fix: "put a placeholder in its place, and make the value anew if the file was committed",
    })),
  ];
}

/** A line for the model that forbids something is guidance: it is worth a rule. */
async function instructions(keeping: Keeping): Promise<readonly IgnoreFinding[]> {
  const found: IgnoreFinding[] = [];
  for (const file of ["CLAUDE.md", ".claude/CLAUDE.md"]) {
    for (const { line, subject } of prohibitionsIn(textBelow(keeping.root, file) ?? "")) {
      if (found.length >= TRIED_MAX) break;
      const isPath = /^(?:[./~]|[\w.-]+\/)[^\s]*$|^\.?[\w-]+\.\w{1,10}$/.test(subject);
      const keepers = isPath
        ? await keepersOfFile(keeping, subject.replace(/^\.\//, "").replace(/\/$/, "/any"))
        : await keepersOf(keeping, "Bash", { command: subject });
      if (keepers.length > 0) continue;
      found.push({
        id: "instructions/guidance",
        gravity: "note",
        file,
        line,
        message: `this line forbids \`${subject}\`, and no rule or hook does: a text for the model is guidance`,
        fix: "add a rule that denies it, or take the line out",
      });
    }
  }
  return found;
}
