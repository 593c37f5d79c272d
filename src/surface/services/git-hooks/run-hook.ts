// What a git hook of ours does: runs the hook that was there before, then scans, and stops git where something is found.
import { spawn } from "node:child_process";
import { accessSync, constants, readFileSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "#base/failure.ts";
import { compileGlob } from "#base/glob.ts";
import { printable } from "#base/printable.ts";
import type { ScanReport } from "#assure/scan/scan-finding.ts";
import type { Terminal } from "../../foundation/terminal/terminal.ts";
import { askGit, type GitPlace, hooksDirectory } from "../scan/git.ts";
import { runScan, type ScanScope } from "../scan/run-scan.ts";
import { reportLines } from "../scan/scan-words.ts";
import { beforePath } from "./hook-place.ts";
import type { GitHookName } from "./hook-block.ts";

/** A run of a hook. `input` is what git wrote to it, read whole. */
export type HookRun = {
  readonly name: GitHookName;
  /** Git's own arguments. */
  readonly args: readonly string[];
  /** The file that git started, where it is ours as a whole. */
  readonly hook: string | undefined;
  /** Branches, as globs, that are not pushed to. */
  readonly protects: readonly string[];
  /** What the first line of a message has to look like. */
  readonly form: RegExp | undefined;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly nowMs: number;
  readonly readInput: () => Promise<Buffer>;
  readonly terminal: Terminal;
  /** A program reads standard output: what the hook before says there goes to standard error. */
  readonly answersJson: boolean;
};

/** Git's answer (`code` 0 lets it go on), who stopped it, and what was scanned. */
export type HookAnswer = {
  readonly code: number;
  readonly stoppedBy: "hook-before" | "findings" | "message-form" | "protected-branch" | null;
  readonly reports: readonly ScanReport[];
};

/** Characters of a message's first line that are looked at. */
const FIRST_LINE_CHARS_MAX = 1_000;
/** Lines of refs of one push. */
const REFS_MAX = 10_000;

/** Runs the hook and gives git's answer. */
export async function runGitHook(run: HookRun): Promise<HookAnswer> {
  const isFed = run.name === "pre-push";
  const input = isFed ? await run.readInput() : undefined;
  const before = await runBefore(run, input);
  if (before !== 0) return { code: before, stoppedBy: "hook-before", reports: [] };
  switch (run.name) {
    case "pre-commit":
      return verdictOf(run, [await scan(run, { kind: "staged" })]);
    case "commit-msg":
      return judgeMessage(run);
    case "pre-push":
      return judgePush(run, input?.toString("utf8") ?? "");
    default:
      return run.name satisfies never;
  }
}

/** The hook that was there before ours, with the same arguments, input and environment; its exit code is the answer. */
async function runBefore(
  { hook, args, directory, environment, answersJson }: HookRun,
  input: Buffer | undefined,
): Promise<number> {
  const path = hook === undefined ? undefined : beforePath(hook);
  if (path === undefined || !isExecutable(path)) return 0;
  // WHY: whoever calls this by hand could name any file, and it would run under the name of a hook.
  const hooks = await hooksDirectory({ directory, environment });
  if (hooks === undefined || realpathSync(dirname(path)) !== realpathSync(hooks)) {
    throw new Failure("git-hooks", `\`${hook}\` is no hook of this repository; git names its own`);
  }
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      env: environment,
      stdio: [input === undefined ? "inherit" : "pipe", answersJson ? 2 : "inherit", "inherit"],
    });
    child.once("error", () =>
      reject(new Failure("git-hooks", `cannot start \`${path}\`; look at its first line`)),
    );
    child.once("close", (code) => resolve(code ?? 128));
    // A hook that does not read all of its input is no fault.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const scan = (
  { directory, environment, nowMs }: HookRun,
  scope: ScanScope,
  input?: AsyncIterable<Buffer>,
) => runScan({ scope, directory, environment, nowMs, input });

function verdictOf({ name, terminal }: HookRun, reports: readonly ScanReport[]): HookAnswer {
  let count = 0;
  for (const report of reports) {
    const { findings, notLookedAt } = report;
    count += findings.length;
    // WHY a place alone stops nobody: an archive or a large file is no finding, and people would learn to skip the hook.
    if (findings.length + notLookedAt.length === 0) continue;
    for (const line of reportLines(report, terminal)) terminal.warn(line);
  }
  if (count === 0) return { code: 0, stoppedBy: null, reports };
  const undo =
    name === "pre-push" ? "take them out of the commits" : "take them out and stage again";
  terminal.warn(
    `sallyport: stopped by the ${name} hook; ${undo}, or let one stay with an annotation (\`sallyport scan --help\`)`,
  );
  return { code: 1, stoppedBy: "findings", reports };
}

async function judgeMessage(run: HookRun): Promise<HookAnswer> {
  const { args, form, terminal } = run;
  const file = args[0];
  if (file === undefined)
    throw new Failure("git-hooks", "git names the message's file to this hook");
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  const first = (lines.find((line) => line.trim() !== "") ?? "").slice(0, FIRST_LINE_CHARS_MAX);
  const isMade = /^(?:Merge |Revert "|fixup! |squash! |amend! )/.test(first);
  if (form !== undefined && !isMade && !form.test(first)) {
    terminal.warn(
      `sallyport: the first line of the message does not look like \`${printable(form.source)}\`; write it so`,
    );
    return { code: 1, stoppedBy: "message-form", reports: [] };
  }
  const message = Buffer.from(lines.join("\n"));
  const input = (async function* () {
    yield message;
  })();
  return verdictOf(run, [await scan(run, { kind: "stdin" }, input)]);
}

async function judgePush(run: HookRun, input: string): Promise<HookAnswer> {
  const { directory, environment, terminal } = run;
  const place: GitPlace = { directory, environment };
  const isProtected = run.protects.map((glob) => compileGlob(`/${glob}`));
  const reports: ScanReport[] = [];
  const refs = input.split("\n").filter((line) => line !== "");
  if (refs.length > REFS_MAX) {
    throw new Failure("git-hooks", `more than ${REFS_MAX} refs in one push; push them in parts`);
  }
  for (const line of refs) {
    const [localRef = "", local = "", remoteRef = "", remote = ""] = line.split(" ");
    const branch = remoteRef.replace(/^refs\/heads\//, "");
    if (branch !== remoteRef && isProtected.some((test) => test(`/${branch}`))) {
      const what = isNone(local) ? "deleting" : "pushing to";
      terminal.warn(
        `sallyport: ${what} \`${printable(branch)}\` is not done from here: it is protected; push a branch and ask for a review`,
      );
      return { code: 1, stoppedBy: "protected-branch", reports: [] };
    }
    if (isNone(local)) continue;
    const revisions = await newCommits(run, place, { local, remote });
    const title = `the commits of ${localRef} that are not at the remote yet`;
    reports.push(await scan(run, { kind: "range", revisions, title }));
  }
  return verdictOf(run, reports);
}

/** What of a pushed commit the remote does not have, as far as this clone knows. */
async function newCommits(
  { args }: HookRun,
  place: GitPlace,
  { local, remote }: { readonly local: string; readonly remote: string },
): Promise<readonly string[]> {
  const name = args[0] ?? "";
  const known = await askGit(place, ["remote"]);
  const isNamed = known.output.split("\n").includes(name);
  const isHere =
    !isNone(remote) && (await askGit(place, ["cat-file", "-e", `${remote}^{commit}`])).code === 0;
  const without = [...(isHere ? [remote] : []), ...(isNamed ? [`--remotes=${name}`] : [])];
  return without.length === 0 ? [local] : [local, "--not", ...without];
}

function isNone(id: string): boolean {
  return /^0+$/.test(id);
}
