// How cases stand from one run to the next, and why a run is due: what judged then is not what judges now.
import * as v from "valibot";
import type { CaseResult } from "./case-run.ts";
import type { Attack, Family } from "./suite.ts";

const text = (charsMax: number) => v.pipe(v.string(), v.maxLength(charsMax));

/** What decides what is said to a case, each as a version or a digest. */
export const contextSchema = v.strictObject({
  product: text(64),
  policy: text(128),
  exceptions: text(128),
  servers: text(128),
  settings: text(128),
  pipelines: text(128),
  client: text(64),
  /** Approvals of MCP servers, and code in the client; runs of older versions do not have them. */
  pins: v.optional(text(128), "none"),
  mods: v.optional(text(128), "none"),
});
export type Context = v.InferOutput<typeof contextSchema>;

/** One run. `missed`: the cases that were not as expected, by `family/id`, each with when a run first found it. */
export const runSchema = v.strictObject({
  atMs: v.pipe(v.number(), v.safeInteger()),
  project: text(4_096),
  context: contextSchema,
  isWhole: v.boolean(),
  /** Through the real client, and not by the guard alone. */
  through: v.optional(v.literal("client")),
  cases: v.pipe(v.number(), v.safeInteger()),
  tried: v.pipe(v.number(), v.safeInteger()),
  missed: v.record(text(200), v.pipe(v.number(), v.safeInteger())),
});
export type Run = v.InferOutput<typeof runSchema>;

/** `mended`: the last run missed it. `open`: so does this one. `new`: only this one. */
export type Standing = "held" | "mended" | "new" | "open";

export const caseName = ({ family, id }: Pick<CaseResult, "family" | "id">): string =>
  `${family}/${id}`;

/** How a case stands after the last run of its project. */
export function standingOf(result: CaseResult, last: Run | undefined): Standing {
  const wasMissed = last !== undefined && Object.hasOwn(last.missed, caseName(result));
  if (result.misses.length === 0) return wasMissed ? "mended" : "held";
  return wasMissed ? "open" : "new";
}

/** What is kept of a run. Of cases that it left out the last one's finding stands. */
export function runOf(
  results: readonly CaseResult[],
  last: Run | undefined,
  own: Pick<Run, "atMs" | "project" | "context" | "isWhole" | "through">,
): Run {
  const names = new Set(results.map(caseName));
  const before = Object.entries(last?.missed ?? {});
  const missed = [
    ...before.filter(([name]) => !own.isWhole && !names.has(name)),
    ...results
      .filter(({ misses }) => misses.length > 0)
      .map((one): [string, number] => [caseName(one), last?.missed[caseName(one)] ?? own.atMs]),
  ];
  return {
    ...own,
    cases: results.length,
    tried: results.reduce((sum, { tried }) => sum + tried, 0),
    missed: Object.fromEntries(missed),
  };
}

const CHANGED: Readonly<Record<keyof Context, string>> = {
  product: "sallyport has another version",
  policy: "the policy changed",
  exceptions: "the exceptions changed",
  servers: "the MCP servers changed",
  settings: "settings or hooks of the client changed",
  pipelines: "pipelines changed",
  client: "the client has another version",
  pins: "approvals of MCP servers changed",
  mods: "code in the client changed",
};

/** Why another run is due, in words; none where nothing changed. */
export function whyDue(last: Run | undefined, now: Context): readonly string[] {
  return last === undefined ? [NO_RUN] : changedParts(last, now).map((part) => CHANGED[part]);
}

const NO_RUN = "there was no run of all cases yet";

function changedParts(last: Run, now: Context): readonly (keyof Context)[] {
  return (Object.keys(CHANGED) as (keyof Context)[]).filter(
    (part) => last.context[part] !== now[part],
  );
}

/** A case that has to be run again, and why. */
export type StaleCase = {
  readonly family: Family;
  readonly attack: Attack;
  readonly why: readonly string[];
};

/**
 * The cases that the last run no longer speaks for: what changed since concerns them, or it missed them. All of them where there
 * was no run.
 */
export function staleCases(
  families: readonly Family[],
  last: Run | undefined,
  now: Context,
): readonly StaleCase[] {
  const changed = last === undefined ? [] : changedParts(last, now);
  return families.flatMap((family) =>
    family.cases.flatMap((attack) => {
      const why = [
        ...(last === undefined ? [NO_RUN] : []),
        ...changed.filter((part) => concerns(part, family, attack)).map((part) => CHANGED[part]),
        ...(last !== undefined &&
        Object.hasOwn(last.missed, caseName({ family: family.id, id: attack.id }))
          ? ["the last run missed it"]
          : []),
      ];
      return why.length === 0 ? [] : [{ family, attack, why }];
    }),
  );
}

/** Families about servers and pipelines: what changed of those concerns these alone. */
const OF_SERVERS: ReadonlySet<string> = new Set([
  "unapproved-servers",
  "told-by-tools",
  "incidents",
]);
const OF_PIPELINES = /^(?:ci-.*|control-files|told-by-tools|incidents)$/;

function concerns(part: keyof Context, { id }: Family, { steps }: Attack): boolean {
  if (part === "servers" || part === "pins")
    return OF_SERVERS.has(id) || steps.some((step) => "mcp" in step);
  return part === "pipelines" ? OF_PIPELINES.test(id) : true;
}
