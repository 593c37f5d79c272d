// The index held against the log: by the daemon that has it open, or over a copy of its file while none runs.
import { copyFile, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "#platform/monotonic.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import type { CheckResult, IndexFinding } from "#record/store/index/index-check.ts";
import { askDaemon } from "../daemon-process/daemon-client.ts";
import { runningInstall } from "../installation/install.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** How long the daemon may take for all of an index, and how often it is asked how far it is. */
const DAEMON_MS_MAX = 15 * 60_000;
const LOOK_MS = 200;

/** What came of it. `none`: there is no index, and nothing answers from one. */
export type IndexReport =
  | { readonly kind: "none" }
  | {
      readonly kind: "checked";
      readonly events: number;
      readonly findings: readonly IndexFinding[];
      readonly findingsOmitted: number;
      /** Whether what was found is made anew already. */
      readonly isRemade: boolean;
    }
  /** It could not be looked at, and why. */
  | { readonly kind: "unchecked"; readonly why: string };

/** Holds the whole index against the log. Changes nothing itself; a daemon makes anew what it finds. Never rejects. */
export async function checkedIndex(directories: Directories): Promise<IndexReport> {
  try {
    const size = await stat(directories.indexFile).then(
      (status) => status.size,
      () => 0,
    );
    if (size === 0) return { kind: "none" };
    const install = runningInstall(directories);
    return install === undefined
      ? await checkCopy(directories)
      : await checkInDaemon((run) => askDaemon(install, { ask: "check", run }));
  } catch (cause) {
    return { kind: "unchecked", why: cause instanceof Error ? cause.message : "unknown" };
  }
}

async function checkInDaemon(
  ask: (run: number | null) => ReturnType<typeof askDaemon>,
): Promise<IndexReport> {
  const endsAt = monotonicMs() + DAEMON_MS_MAX;
  let run: number | null = null;
  for (;;) {
    const answer = await ask(run);
    if (answer?.kind !== "check") return { kind: "unchecked", why: "the daemon did not answer" };
    if (answer.isDone) {
      const { events, findings, findingsOmitted, problem } = answer;
      if (problem !== null) return { kind: "unchecked", why: problem };
      return { kind: "checked", events, findings, findingsOmitted, isRemade: true };
    }
    if (monotonicMs() > endsAt)
      return { kind: "unchecked", why: "the daemon takes too long; ask again later" };
    run = answer.run;
    await sleep(LOOK_MS);
  }
}

/** Begins the folder of a copy that is looked at, beside the index. */
const COPY_PREFIX = "look-";

/** Removes copies that a crash left: they hold what the index has got rid of since. */
export async function removeIndexCopies(directories: Directories): Promise<void> {
  const folder = dirname(directories.indexFile);
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith(COPY_PREFIX)))
    await rm(join(folder, name), { recursive: true, force: true });
}

/** WHY a copy: only the daemon opens the file itself, and what is looked at must not change. */
async function checkCopy(directories: Directories): Promise<IndexReport> {
  const log = await openAskedLog(directories);
  if (log.indexKey === undefined)
    return { kind: "unchecked", why: "the key that seals it is not in the key store" };
  const { openIndexCopy } = await import("#record/store/index/index-file.ts");
  const { checkIndex } = await import("#record/store/index/index-check.ts");
  const folder = await mkdtemp(join(dirname(directories.indexFile), COPY_PREFIX));
  try {
    const copy = join(folder, "events.db");
    await copyFile(directories.indexFile, copy);
    await copyFile(`${directories.indexFile}-wal`, `${copy}-wal`).catch(() => undefined);
    const index = openIndexCopy(copy, log.indexKey);
    if (index === "version") return { kind: "none" };
    if (typeof index === "string") {
      const findings = [
        { what: index === "edited" ? "tables" : "file", first: 0, end: 0 },
      ] as const;
      return { kind: "checked", events: 0, findings, findingsOmitted: 0, isRemade: false };
    }
    try {
      const followed = await log.follow();
      const steps = checkIndex(index, index.upkeep ?? missing(), followed);
      let step = await steps.next();
      while (step.done !== true) step = await steps.next();
      const { events, findings }: CheckResult = step.value;
      return { kind: "checked", events, findings, findingsOmitted: 0, isRemade: false };
    } finally {
      index.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function missing(): never {
  throw new Error("an index that was opened with a key has its upkeep");
}

const WHAT: Readonly<Record<IndexFinding["what"], string>> = {
  rows: "events of the index were edited",
  words: "words of the index were edited",
  counts: "the hourly counts of the index were edited",
  ranges: "events were put into the index or taken out of it",
  file: "the index's file is damaged",
  tables: "tables or views of the index were edited",
};

/** One finding in words. */
export function indexFindingText({ what, first, end }: IndexFinding): string {
  return end === 0 || what === "counts" || what === "file"
    ? WHAT[what]
    : `${WHAT[what]}, among events ${first} to ${end - 1}`;
}

/** The lines about an index for a person. */
export function indexLines(report: IndexReport): readonly string[] {
  switch (report.kind) {
    case "none":
      return [];
    case "unchecked":
      return [`index: not checked (${report.why})`];
    case "checked": {
      const { events, findings, findingsOmitted, isRemade } = report;
      if (findings.length === 0) return [`index: ${events} events are as the log has them`];
      return [
        ...findings.map((finding) => `fault: ${indexFindingText(finding)}`),
        ...(findingsOmitted > 0 ? [`and ${findingsOmitted} more in the index`] : []),
        isRemade
          ? "the daemon made these anew of the log; no answer comes of what was edited"
          : "the daemon makes these anew of the log before it answers: `sallyport daemon --ensure`; or remove the index, nothing is lost",
      ];
    }
    default:
      return report satisfies never;
  }
}

/** The same for a program. */
export function indexJson(report: IndexReport) {
  if (report.kind !== "checked") return { ...report };
  const { findings, ...rest } = report;
  return {
    ...rest,
    findings: findings.map((finding) => ({ ...finding, message: indexFindingText(finding) })),
  };
}

/** Whether something was found. */
export function isIndexEdited(report: IndexReport): boolean {
  return report.kind === "checked" && report.findings.length > 0;
}
