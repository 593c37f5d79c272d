// Real git repositories for scans and hooks, and made-up secrets that stand in no file as they are.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ScanReport } from "../../../../src/assure/scan/scan-finding.ts";
import { runScan, type ScanRequest } from "../../../../src/surface/services/scan/run-scan.ts";

/** The id of an access key, a different one for each number. */
export function accessKey(number = 0): string {
  const body = "Q3EGPZ7T5K2M4NVXLR6W";
  return ["AK", "IA", body.slice(number % 5, (number % 5) + 15), "ABCDEFGHJK"[number % 10]].join(
    "",
  );
}

/** A folder of its own; the caller removes it. */
export function scratch(name: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `sallyport-${name}-`)));
}

/** The environment of a git that knows nothing of whoever runs the tests. */
export function gitEnvironment(home: string): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  const who = { NAME: "Ada", EMAIL: "ada@example.com" };
  return {
    PATH,
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: who.NAME,
    GIT_AUTHOR_EMAIL: who.EMAIL,
    GIT_COMMITTER_NAME: who.NAME,
    GIT_COMMITTER_EMAIL: who.EMAIL,
    SALLYPORT_HOME: join(home, "sallyport"),
  };
}

/** A repository in a folder. */
export type Repository = {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  git(...args: readonly string[]): string;
  put(path: string, content: string | Buffer): string;
  /** Adds everything and commits it; gives the commit. */
  commit(message: string): string;
  scan(
    scope: ScanRequest["scope"],
    more?: Partial<Omit<ScanRequest, "scope">>,
  ): Promise<ScanReport>;
};

/** The first moment of this day is the scan's now. */
export const TODAY = "2026-06-01";

/** Makes a repository at `root`, or takes the one that is there. */
export function repositoryAt(root: string, options: { readonly init?: boolean } = {}): Repository {
  mkdirSync(root, { recursive: true });
  const environment = gitEnvironment(dirname(root));
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: root, env: environment, encoding: "utf8", stdio: "pipe" });
  if (options.init !== false) git("init", "-q", "-b", "main");
  return {
    root,
    environment,
    git,
    put(path, content) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    commit(message) {
      git("add", "-A");
      git("commit", "-q", "--no-verify", "--allow-empty", "-m", message);
      return git("rev-parse", "HEAD").trim();
    },
    scan: (scope, more = {}) =>
      runScan({ scope, directory: root, environment, nowMs: Date.parse(TODAY), ...more }),
  };
}

/** Where findings are, as `file:line:column rule`. */
export function places({ findings }: ScanReport): readonly string[] {
  return findings.map(({ file, line, column, rule }) => `${file}:${line}:${column} ${rule}`);
}
