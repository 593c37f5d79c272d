// What a machine of a fleet says of itself: which policy is in force, whether it holds, and how its days went. No word of a person.
import * as v from "valibot";
import { readJson } from "#base/json.ts";

/** Bytes of a report. */
export const REPORT_BYTES_MAX = 64 * 1024;
/** Days that one report speaks of: today, and those before it that a collector may not have whole yet. */
const DAYS_MAX = 3;
/** Rules of a day, the most costly first. */
export const REPORT_RULES_MAX = 20;
/** Exceptions of a day, the most used first. */
export const REPORT_EXCEPTIONS_MAX = 20;
const REPOSITORIES_MAX = 64;

const COUNT_MAX = 1_000_000_000;
const VERSION = /^[0-9A-Za-z.+-]{0,32}$/;
const REMOTE = /^[!-~]{1,200}$/;
const CONTENT = /^[0-9a-f]{64}$/;
const TROUBLE = /^[a-z-]{0,40}$/;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(COUNT_MAX));
const timeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15));
const version = v.pipe(v.string(), v.regex(VERSION));
const ruleName = v.pipe(v.string(), v.regex(/^[a-z0-9:/.+_-]{1,200}$/));
const exceptionName = v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,100}$/));
const remote = v.pipe(v.string(), v.regex(REMOTE));

const ruleDaySchema = v.strictObject({
  rule: ruleName,
  /** Verdicts, those of an observed project too, which nobody is told. */
  asked: count,
  refused: count,
  /** Of the questions those that a person answered with yes. */
  allowed: count,
  /**
   * Of those asked about and refused: how many were judged again without the rule, and of these how many nothing else would have stopped.
   * Older versions do not say.
   */
  replayed: v.optional(count, 0),
  freed: v.optional(count, 0),
});

/** Counts of one day. */
export const hostDaySchema = v.strictObject({
  day: v.pipe(v.string(), v.isoDate()),
  calls: count,
  sessions: count,
  asked: count,
  refused: count,
  /** How a person answered; what is missing to `asked` was answered by nobody. */
  allowed: count,
  declined: count,
  /** Milliseconds that answers took, of those whose time is known. */
  waitedMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Times at which a person set the guard aside: switched it off, released a hold, granted an exception. */
  overrides: count,
  /** Calls that the guard could not judge, and refused or asked about for that. */
  failures: count,
  /**
   * Calls that ran unasked where the client alone would have asked, those that were asked about where it would not have, and those that
   * the client asked about by itself. Older versions do not say.
   */
  spared: v.optional(count, 0),
  added: v.optional(count, 0),
  left: v.optional(count, 0),
  rules: v.pipe(v.array(ruleDaySchema), v.maxLength(REPORT_RULES_MAX)),
  /** Exceptions of the policy, as it names them, and the calls that rest on each. Older versions do not say. */
  exceptions: v.optional(
    v.pipe(
      v.array(v.strictObject({ exception: exceptionName, used: count })),
      v.maxLength(REPORT_EXCEPTIONS_MAX),
    ),
    [],
  ),
});

/** A report. Times are wall time of the machine, days are UTC. Counts of a day are whole: what comes later replaces them. */
export const hostReportSchema = v.strictObject({
  format: v.literal(1),
  atMs: timeMs,
  /** Version of sallyport, and of the client where it is known. */
  product: version,
  client: version,
  system: v.picklist(["linux", "macos", "windows", "other"]),
  /** The signed bundle that is in force; null for none. `content` is the SHA-256 of its file. */
  bundle: v.nullable(
    v.strictObject({
      version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      content: v.pipe(v.string(), v.regex(CONTENT)),
      stage: v.picklist(["observe", "ask", "enforce"]),
    }),
  ),
  /** Code of what is wrong with the bundle in place, or of why what is published is not followed; empty when nothing is. */
  trouble: v.pipe(v.string(), v.regex(TROUBLE)),
  /** Whether probes of the guard were held when they were last tried. */
  canary: v.picklist(["held", "failed", "unknown"]),
  /** Ways in which what was deployed differs from what is there. */
  drift: count,
  /** Whether the kernel holds commands here. */
  held: v.boolean(),
  mcp: v.strictObject({ servers: count, approved: count }),
  /** Exceptions in force that people granted here; those of policies are known where the policies are. */
  exceptions: count,
  /** Remotes of guarded projects, as `host/path`. */
  repositories: v.pipe(v.array(remote), v.maxLength(REPOSITORIES_MAX)),
  days: v.pipe(v.array(hostDaySchema), v.maxLength(DAYS_MAX)),
});

export type HostReport = Readonly<v.InferOutput<typeof hostReportSchema>>;
export type HostDay = Readonly<v.InferOutput<typeof hostDaySchema>>;
export type RuleDay = Readonly<v.InferOutput<typeof ruleDaySchema>>;
export type ExceptionDay = HostDay["exceptions"][number];

/** The report in a text; undefined for what is none. */
export function parseHostReport(text: string): HostReport | undefined {
  if (text.length > REPORT_BYTES_MAX) return undefined;
  const parsed = v.safeParse(hostReportSchema, readJson(text));
  return parsed.success ? parsed.output : undefined;
}

const BUNDLE_STAGES: readonly unknown[] =
  hostReportSchema.entries.bundle.wrapped.entries.stage.options;
const SYSTEMS: readonly unknown[] = hostReportSchema.entries.system.options;
const CANARIES: readonly unknown[] = hostReportSchema.entries.canary.options;

/**
 * Whether a value is a report whose days are kept apart. It says what the schema says of it. WHY by hand: ten thousand of them are read
 * by a command that somebody waits for.
 */
export function isKeptReport(value: unknown): value is HostReport {
  if (!isFields(value, REPORT_FIELDS)) return false;
  const { format, atMs, product, client, system, bundle, trouble, canary } = value;
  const { drift, held, mcp, exceptions, repositories, days } = value;
  return (
    format === 1 &&
    isCount(atMs, 8.64e15) &&
    isText(product, VERSION) &&
    isText(client, VERSION) &&
    SYSTEMS.includes(system) &&
    (bundle === null || isBundle(bundle)) &&
    isText(trouble, TROUBLE) &&
    CANARIES.includes(canary) &&
    isCount(drift, COUNT_MAX) &&
    typeof held === "boolean" &&
    isFields(mcp, MCP_FIELDS) &&
    isCount(mcp["servers"], COUNT_MAX) &&
    isCount(mcp["approved"], COUNT_MAX) &&
    isCount(exceptions, COUNT_MAX) &&
    Array.isArray(repositories) &&
    repositories.length <= REPOSITORIES_MAX &&
    repositories.every((one) => isText(one, REMOTE)) &&
    Array.isArray(days) &&
    days.length === 0
  );
}

const fieldsOf = (schema: { readonly entries: Readonly<Record<string, unknown>> }): number =>
  Object.keys(schema.entries).length;
const REPORT_FIELDS = fieldsOf(hostReportSchema);
const BUNDLE_FIELDS = fieldsOf(hostReportSchema.entries.bundle.wrapped);
const MCP_FIELDS = fieldsOf(hostReportSchema.entries.mcp);

/** INVARIANT: as many fields as the schema has, each of which is looked at, are those of the schema. */
function isFields(value: unknown, count: number): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === count
  );
}

function isBundle(value: unknown): boolean {
  if (!isFields(value, BUNDLE_FIELDS)) return false;
  const { version: number, content, stage } = value;
  return (
    Number.isSafeInteger(number) &&
    (number as number) >= 1 &&
    isText(content, CONTENT) &&
    BUNDLE_STAGES.includes(stage)
  );
}

function isCount(value: unknown, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function isText(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value);
}

/** What a collector knows of a machine. `seenMs` is the collector's time, by which alone a machine is judged to be there. */
export type SeenHost = {
  /** As its certificate names it. */
  readonly machine: string;
  readonly seenMs: number;
  readonly report: HostReport;
  /** Milliseconds by which its clock differs from the collector's; positive when it is ahead. */
  readonly skewMs: number;
};

/** Counts of one day of a machine, under the policy and stage that it had then. */
export type SeenDay = {
  readonly machine: string;
  readonly version: number | null;
  readonly stage: "observe" | "ask" | "enforce" | null;
  readonly day: HostDay;
};
