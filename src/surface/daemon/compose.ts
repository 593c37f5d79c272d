// The real daemon: guard, facts, policy, log and register put together behind the server's ports.
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import type { Clock } from "#base/clock.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { type Log, openLog } from "#record/store/log-writer.ts";
import { judgeCall } from "../facts/judge.ts";
import { sessionFacts } from "../facts/session.ts";
import { readSessionShell } from "../facts/session-shell.ts";
import { loadPolicy } from "../policy-source.ts";
import { toAuditEvents } from "./audit-events.ts";
import type { Install } from "./install.ts";
import type { HookPorts, Judge } from "./ports.ts";
import { productVersion } from "./product.ts";
import { createControlInspector, openProjectBook } from "./projects.ts";
import type { RunOptions } from "./run-daemon.ts";

/** What `runDaemon` needs for the real thing. Opens nothing yet: the log is opened once the port is ours. */
export function composeDaemon(
  install: Install,
  say: (line: string) => void,
  home: string = homedir(),
): RunOptions {
  const { directories } = install;
  const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  const version = productVersion();
  const book = openProjectBook(directories.projectsFile);
  const judge = createJudge({ home, ownPaths: [directories.root] });
  const inspectControls = createControlInspector(book, home);
  return {
    clock,
    version,
    say,
    findProject: book.find,
    async compose() {
      const { log: logDirectory, keys } = directories;
      const log = await openLog({ log: logDirectory, keys, clock, productVersion: version });
      const ports: HookPorts = {
        clock,
        judge,
        inspectControls,
        append: createAppend(log, { home, ownPaths: [directories.root] }),
        isLogFailing: () => log.status().failing !== undefined,
        resolvePath,
      };
      return { ports, close: () => log.close() };
    },
  };
}

type Machine = { readonly home: string; readonly ownPaths: readonly string[] };

function createJudge({ home, ownPaths }: Machine): Judge {
  const policy = createPolicySource();
  return async ({ project, call, session }) => {
    const { sessionId, cwd, mode, holds, writtenPaths } = session;
    const configDirectory = configDirectoryOf(session.transcriptPath);
    const [facts, sessionShell] = await Promise.all([
      sessionFacts({ sessionId, cwd, mode, projectRoot: project.root, home, ownPaths }),
      readSessionShell({
        home,
        startedAtMs: session.seenMs,
        ...(configDirectory === undefined ? {} : { configDirectory }),
      }),
    ]);
    const { shell, digest } = sessionShell;
    const inForce = policy();
    const subject = { call, policy: inForce, session: facts, shell, writtenPaths, holds };
    return { decision: await judgeCall(subject), policy: inForce, shellDigest: digest };
  };
}

/** The policy, read once; a broken one is tried again with every call and its Failure refuses the call. */
function createPolicySource(): () => Policy {
  let loaded: Policy | undefined;
  return () => {
    loaded ??= loadPolicy();
    return loaded;
  };
}

function createAppend(log: Log, machine: Machine): HookPorts["append"] {
  return async (observation, options) => {
    const events = await toAuditEvents(observation, (submitter) => log.stamp(submitter), machine);
    await Promise.all(events.map((event) => log.append(event, options)));
  };
}

/** The client's configuration directory, from where it keeps its transcripts: `<config>/projects/<name>/<id>.jsonl`. */
function configDirectoryOf(transcriptPath: string | undefined): string | undefined {
  return /^(\/.+)\/projects\/[^/]+\/[^/]+\.jsonl$/.exec(transcriptPath ?? "")?.[1];
}

function resolvePath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
