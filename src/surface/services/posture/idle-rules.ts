// Which rules of a person's own policy decided nothing for long: asked of the daemon's index, or read from the end of the log.
import { monotonicMs } from "#platform/monotonic.ts";
import { idleAmong, IDLE_DAYS, mayBeIdle, type RecordedUse } from "#assure/posture/idle-rules.ts";
import type { IdleRules, Seen } from "#assure/posture/inputs/audit-inputs.ts";
import { Failure } from "#base/failure.ts";
import { QUERY_ROWS_MAX } from "#base/limits.ts";
import { readPack } from "#govern/library/pack-extends.ts";
import { ruleName } from "#guard/policy/policy.ts";
import { plainName } from "#record/event/bounded.ts";
import type { GroupField, Table } from "#record/index/question.ts";
import { decodeLeaf } from "#record/log/leaf.ts";
import { firstEntry, openLogFiles, readEntries } from "#record/store/log-reader.ts";
import { viewLog } from "#record/store/log-view.ts";
import { guardingOf } from "../projects/guarded-project.ts";
import { askDaemon } from "../daemon-process/daemon-client.ts";
import { runningInstall } from "../installation/install.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPolicyText } from "../policy/policy-file.ts";
import { lookNow } from "../policy/policy-status.ts";
import { shippedPack } from "../policy/policy-source.ts";

const DAY_MS = 86_400_000;
/** How long the daemon may think about each of two questions. */
const ANSWER_MS_MAX = 3_000;
/** Without a daemon: entries that are read from the end of the log, and for how long. */
const ENTRIES_MAX = 100_000;
const READ_MS_MAX = 1_500;
const NOTHING_ASKED = { kind: "seen", value: { days: IDLE_DAYS, asked: 0, rules: [] } } as const;

/**
 * Idle rules of the policy file that is in force at `root`; none are asked about where there is no such file. Rules of packs
 * that it extends, of the organization and of the repository are others' to judge. Unseen where the record cannot tell.
 */
export async function idleRules(
  root: string,
  directories: Directories,
  nowMs: number,
): Promise<Seen<IdleRules>> {
  try {
    const chosen = guardingOf(directories, root)?.entry.policy;
    if (chosen === undefined || "pack" in chosen) return NOTHING_ASKED;
    const { file } = chosen;
    const { policy, sinceMs } = await lookNow({ file, layer: "user" }, directories.policies);
    if (policy === undefined) return { kind: "unseen", why: "the policy file is broken" };
    const { pack } = readPack(readPolicyText(file).text, file, shippedPack);
    const own = new Set(pack.rules.map(({ id }) => id));
    const rules = policy.rules.flatMap((rule) => {
      // WHY plain: another name stands in the record as a digest that is not to be made here.
      const name = plainName(ruleName(rule, policy));
      const isAsked = own.has(rule.id) && mayBeIdle(rule, policy.automaticApproval);
      return isAsked && name !== undefined ? [name] : [];
    });
    if (rules.length === 0) return NOTHING_ASKED;
    const use = await recordedUse(directories, nowMs);
    return use.kind === "unseen" ? use : idleAmong(rules, { sinceMs, nowMs }, use.value);
  } catch (error) {
    if (error instanceof Failure) return { kind: "unseen", why: error.message };
    throw error;
  }
}

/** What decided in the last days: by the daemon where one runs. Throws a Failure where the log cannot be opened. */
export async function recordedUse(
  directories: Directories,
  nowMs: number,
): Promise<Seen<RecordedUse>> {
  const asked = await askedUse(directories, nowMs);
  return asked === undefined ? readUse(directories, nowMs) : { kind: "seen", value: asked };
}

async function askedUse(directories: Directories, nowMs: number): Promise<RecordedUse | undefined> {
  const install = runningInstall(directories);
  if (install === undefined) return undefined;
  const startMs = nowMs - IDLE_DAYS * DAY_MS;
  const count = async (filter: string, by: GroupField): Promise<Table | undefined> => {
    const how = { by: [by], limit: QUERY_ROWS_MAX, inOrder: true } as const;
    const answer = await askDaemon(install, { ask: "group", filter, nowMs, ...how }, ANSWER_MS_MAX);
    return answer?.kind === "table" && !answer.isCut ? answer : undefined;
  };
  const days = await count("kind:decision", "day");
  const rules = await count(`kind:decision time:>=${new Date(startMs).toISOString()}`, "rule");
  if (days === undefined || rules === undefined) return undefined;
  const [first] = days.rows;
  const within = days.rows.filter(([day]) => Number(day) >= startMs);
  return {
    firstMs: first === undefined ? undefined : Number(first[0]),
    decisions: within.reduce((sum, row) => sum + Number(row[1]), 0),
    decided: new Set(rules.rows.map(([rule]) => String(rule))),
  };
}

/** WHY from the end, and not all: an audit has to end soon, and what rules did long ago is not asked. */
async function readUse({ log, keys }: Directories, nowMs: number): Promise<Seen<RecordedUse>> {
  const files = openLogFiles(log);
  const { size } = await (await viewLog(log, keys)).checkpoint();
  const from = Math.max(await firstEntry(files), size - ENTRIES_MAX);
  const [startMs, endMs] = [nowMs - IDLE_DAYS * DAY_MS, monotonicMs() + READ_MS_MAX];
  const decided = new Set<string>();
  let firstMs: number | undefined;
  let decisions = 0;
  for await (const { index, bytes } of readEntries(files, size, from, size)) {
    if (monotonicMs() > endMs)
      return tooMuch(`${index - from} of ${size} entries of the log were read in time`);
    const leaf = decodeLeaf(bytes);
    if (leaf.kind === "fault" || leaf.metadata["kind"] !== "decision") continue;
    firstMs ??= leaf.timeMs;
    if (leaf.timeMs < startMs) continue;
    decisions += 1;
    const { rules } = leaf.metadata;
    for (const rule of Array.isArray(rules) ? rules : []) decided.add(String(rule));
  }
  if (size - from === ENTRIES_MAX && firstMs !== undefined && firstMs > startMs)
    return tooMuch(
      `the last ${ENTRIES_MAX} entries of the log are of fewer than ${IDLE_DAYS} days`,
    );
  return { kind: "seen", value: { firstMs, decisions, decided } };
}

function tooMuch(why: string): { readonly kind: "unseen"; readonly why: string } {
  return { kind: "unseen", why: `${why}: start the daemon, whose index knows all of them` };
}
