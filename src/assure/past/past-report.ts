// The report on past sessions: the shape of `--json`, made of the sums with every foreign word masked.
import * as v from "valibot";
import { findingTitle } from "#guard/content/finding-class.ts";
import { EFFECT_KINDS } from "#guard/vocabulary/effect.ts";
import type { PastSums, Group, Restricted } from "./past-tally.ts";

/** Entries of each list; counts are of all. */
const LISTED_MAX = 200;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const day = v.pipe(v.string(), v.isoDate());
const verdictCounts = v.strictObject({ deny: count, ask: count, abstain: count, allow: count });
const dollars = v.pipe(v.number(), v.minValue(0));
/** How many calls alike, in how many sessions, and when. */
const group = { calls: count, sessions: count, firstDay: day, lastDay: day };
const names = v.array(v.string());
const settingSchema = v.strictObject({
  what: v.picklist(["client-setting", "policy-rule"]),
  effect: v.picklist(["stops", "spares"]),
  setting: v.string(),
  why: v.string(),
  calls: count,
});

/** The shape of `sallyport past --json`. */
export const pastReportSchema = v.strictObject({
  version: v.literal(1),
  from: v.string(),
  policy: v.strictObject({ id: v.string(), digest: v.string() }),
  /** Whether each command was judged as held by the kernel. */
  held: v.boolean(),
  sinceMs: v.number(),
  untilMs: v.nullable(v.number()),
  firstDay: v.nullable(day),
  lastDay: v.nullable(day),
  files: count,
  bytes: count,
  sessions: count,
  calls: count,
  passages: v.strictObject({ ran: count, rejected: count, unknown: count, unfinished: count }),
  verdicts: verdictCounts,
  restricted: v.array(
    v.strictObject({
      verdict: v.picklist(["deny", "ask"]),
      rule: v.string(),
      why: v.string(),
      instead: v.nullable(v.string()),
      effect: v.nullable(v.picklist(EFFECT_KINDS)),
      project: v.string(),
      tool: v.string(),
      bypassed: count,
      command: v.string(),
      changes: names,
      reads: names,
      hosts: names,
      ...group,
    }),
  ),
  reached: v.array(
    v.strictObject({
      family: v.picklist(["secret", "personal", "health"]),
      tier: v.picklist(["high", "medium", "low"]),
      detector: v.string(),
      title: v.string(),
      via: v.string(),
      project: v.string(),
      /** Different values. */
      values: count,
      ...group,
    }),
  ),
  unscanned: count,
  hosts: v.array(v.strictObject({ host: v.string(), purpose: v.nullable(v.string()), ...group })),
  hostsUntold: count,
  destroyed: v.array(
    v.strictObject({
      what: v.string(),
      undo: v.picklist(["copies", "reflog", "tools", "nothing", "unknown"]),
      project: v.string(),
      command: v.string(),
      changes: names,
      ...group,
    }),
  ),
  questions: v.strictObject({
    told: count,
    untold: count,
    yes: count,
    no: count,
    fresh: count,
    would: verdictCounts,
  }),
  cost: v.strictObject({
    currency: v.literal("USD"),
    pricesAsOf: day,
    /** Null where some of it has no known price. */
    usd: v.nullable(dollars),
    knownUsd: dollars,
    unpricedRequests: count,
    client: v.nullable(v.strictObject({ usd: dollars, sessions: count })),
    rows: v.array(
      v.strictObject({
        project: v.string(),
        model: v.string(),
        requests: count,
        inputTokens: count,
        outputTokens: count,
        cacheWriteTokens: count,
        cacheReadTokens: count,
        usd: v.nullable(dollars),
        unpricedRequests: count,
      }),
    ),
  }),
  setting: v.nullable(settingSchema),
  settings: v.array(settingSchema),
  trouble: v.array(v.strictObject({ what: v.string(), count, example: v.nullable(v.string()) })),
  notKnown: names,
  omitted: count,
});
export type PastReport = v.InferOutput<typeof pastReportSchema>;

/** What a report is made of beside the sums. */
export type PastAbout = Pick<
  PastReport,
  "from" | "policy" | "held" | "sinceMs" | "untilMs" | "files" | "bytes" | "trouble"
> & {
  readonly pricesAsOf: string;
  /** A project by its root: a name, or a path where those were asked for. */
  project(root: string): string;
  /** A rule's own words. */
  words(rule: string): { readonly why: string; readonly instead: string | undefined };
  /** What a host is for, where that is known. */
  purpose(host: string): string | undefined;
  /** A foreign word without what a detector finds in it. */
  mask(text: string): string;
};

/** What nobody can know afterwards; said with every report. */
export const NOT_KNOWN: readonly string[] = [
  "files as they were then: calls are judged by what lies on the disk now",
  "functions, aliases and variables of the session's shell: a plain bash or zsh is taken",
  "what was approved, marked or held in sallyport at the time",
  "what a command did beyond what its text says",
];

/** Makes it. */
export function pastReport(sums: PastSums, about: PastAbout): PastReport {
  const { mask, project, words, purpose } = about;
  const { from, policy, held, sinceMs, untilMs, files, bytes, trouble, pricesAsOf } = about;
  const groupOf = ({ calls, sessions, firstDay, lastDay }: PastSums["hosts"][number]) => ({
    calls,
    sessions,
    firstDay,
    lastDay,
  });
  const cents = (usd: number): number => Math.round(usd * 10_000) / 10_000;
  const knownUsd = cents(sums.spent.reduce((sum, { usd }) => sum + usd, 0));
  const unpricedRequests = sums.spent.reduce((sum, { unpriced }) => sum + unpriced, 0);
  const settings: readonly Setting[] = settingsFor(sums.restricted, mask);
  return {
    version: 1,
    from,
    policy,
    held,
    sinceMs,
    untilMs,
    firstDay: sums.firstDay ?? null,
    lastDay: sums.lastDay ?? null,
    files,
    bytes,
    sessions: sums.sessions,
    calls: sums.calls,
    passages: { ...sums.passages },
    verdicts: { ...sums.verdicts },
    restricted: sums.restricted.slice(0, LISTED_MAX).map((one) => {
      const { why, instead } = words(one.rule);
      return {
        verdict: one.verdict,
        rule: one.rule,
        why,
        instead: instead ?? null,
        effect: one.effect ?? null,
        project: project(one.project),
        tool: mask(one.tool),
        bypassed: one.bypassed,
        command: one.shown.text,
        changes: [...one.shown.changes],
        reads: [...one.shown.reads],
        hosts: [...one.shown.hosts],
        ...groupOf({ host: "", ...one }),
      };
    }),
    reached: sums.reached.slice(0, LISTED_MAX).map((one) => ({
      family: one.family,
      tier: one.tier,
      detector: one.detector,
      title: findingTitle(one.detector),
      via: mask(one.via),
      project: project(one.project),
      values: one.values,
      ...groupOf({ host: "", ...one }),
    })),
    unscanned: sums.unscanned,
    hosts: sums.hosts.slice(0, LISTED_MAX).map((one) => ({
      host: mask(one.host),
      purpose: purpose(one.host) ?? null,
      ...groupOf(one),
    })),
    hostsUntold: sums.hostsUntold,
    destroyed: sums.destroyed.slice(0, LISTED_MAX).map((one) => ({
      what: one.what,
      undo: one.undo,
      project: project(one.project),
      command: one.shown.text,
      changes: [...one.shown.changes],
      ...groupOf({ host: "", ...one }),
    })),
    questions: { ...sums.questions, would: { ...sums.questions.would } },
    cost: {
      currency: "USD",
      pricesAsOf,
      knownUsd,
      unpricedRequests,
      usd: unpricedRequests === 0 ? knownUsd : null,
      client:
        sums.told.sessions === 0
          ? null
          : { usd: cents(sums.told.usd), sessions: sums.told.sessions },
      rows: sums.spent.slice(0, LISTED_MAX).map((one) => ({
        project: project(one.project),
        model: mask(one.model),
        requests: one.requests,
        inputTokens: one.input,
        outputTokens: one.output,
        cacheWriteTokens: one.cacheWrite,
        cacheReadTokens: one.cacheRead,
        usd: one.unpriced === 0 ? cents(one.usd) : null,
        unpricedRequests: one.unpriced,
      })),
    },
    setting: settings[0] ?? null,
    settings: settings.slice(0, 10),
    trouble,
    notKnown: [...NOT_KNOWN],
    omitted: sums.omitted,
  };
}

// Which one setting would have changed most: of the client's own, else the rule of the policy that would ask most.

/** A setting, and how many calls it would have changed. `stops`: they would not have run unasked. `spares`: they would not be asked about. */
type Setting = {
  readonly what: "client-setting" | "policy-rule";
  readonly effect: "stops" | "spares";
  readonly setting: string;
  readonly why: string;
  readonly calls: number;
};

/** Names of files that a rule of the client can name. */
const PLAIN_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** Settings by how many calls they would have changed, those that stop something first. */
function settingsFor(
  restricted: readonly Group<Restricted>[],
  mask: (text: string) => string,
): Setting[] {
  const sums = new Map<string, Setting>();
  const add = (setting: Omit<Setting, "calls">, calls: number): void => {
    const before = sums.get(setting.setting)?.calls ?? 0;
    sums.set(setting.setting, { ...setting, calls: before + calls });
  };
  for (const { verdict, rule, effect, bypassed, shown, calls, tool } of restricted) {
    if (bypassed > 0)
      add(
        {
          what: "client-setting",
          effect: "stops",
          setting: 'permissions.disableBypassPermissionsMode: "disable"',
          why: "they ran in a mode in which the client asks nobody",
        },
        bypassed,
      );
    const [file] = shown.reads;
    const name = file?.split("/").at(-1);
    if (verdict === "deny" && effect === "read" && name !== undefined && PLAIN_NAME.test(name))
      add(
        {
          what: "client-setting",
          effect: "stops",
          setting: `permissions.deny: ["Read(**/${mask(name)})"]`,
          why:
            tool === "Read"
              ? "they read a file that holds secrets"
              : "they read a file that holds secrets; in a command the client's rule can be evaded",
        },
        calls,
      );
    if (verdict === "ask")
      add(
        {
          what: "policy-rule",
          effect: "spares",
          setting: `without: [${rule.split("/").at(-1) ?? rule}]`,
          why: "this rule would ask about them; leave it out only where that is your ordinary work",
        },
        calls,
      );
  }
  return [...sums.values()].toSorted((one, other) =>
    one.effect === other.effect ? other.calls - one.calls : one.effect === "stops" ? -1 : 1,
  );
}
