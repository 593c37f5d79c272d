// Endpoints of compliance: where the controls of a framework stand, with checks, evidence and gaps, and the signed pack of a period.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { EVIDENCED } from "#assure/control/catalogues.ts";
import { dayOf } from "#base/day.ts";
import { readDay } from "#record/index/filter-time.ts";
import { looksByDashboard } from "../context/kept-looks.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command } from "./fields.ts";

/** The whole log is read, and each guarded project is looked at. */
const RUN_MS_MAX = 30 * 60_000;
/** Bytes of a pack that a page hands over; a larger one is collected at a terminal. */
const PACK_BYTES_MAX = 16 * 1024 * 1024;
/** Gaps and checks of one control that a page shows; the rest are counted. */
const SHOWN_MAX = 50;
const DAY_MS = 86_400_000;

const gap = v.object({
  kind: v.string(),
  reason: v.string(),
  count: v.number(),
  entries: v.array(v.number()),
});
const check = v.object({
  check: v.string(),
  project: v.string(),
  outcome: v.string(),
  says: v.string(),
});
const control = v.object({
  id: v.string(),
  reference: v.string(),
  title: v.string(),
  status: v.string(),
  says: v.string(),
  gaps: v.array(gap),
  checks: v.array(check),
  detections: v.array(v.object({ id: v.string(), isInForce: v.boolean(), alerts: v.number() })),
  attestations: v.array(
    v.object({
      about: v.string(),
      needs: v.string(),
      state: v.string(),
      /** Who attested it last, and until when; null where nobody did. */
      owner: v.optional(v.nullable(v.string()), null),
      endsMs: v.optional(v.nullable(v.number()), null),
    }),
  ),
  evidence: v.array(
    v.object({
      id: v.string(),
      title: v.string(),
      count: v.number(),
      groups: v.record(v.string(), v.number()),
    }),
  ),
  notes: v.array(v.string()),
  limits: v.array(v.string()),
});
const shownControl = v.object({
  ...control.entries,
  moreGaps: v.number(),
  moreChecks: v.number(),
});
type ShownControl = v.InferOutput<typeof shownControl>;
const written = v.object({
  digest: v.string(),
  proofs: v.object({ held: v.number(), omitted: v.number() }),
  controls: v.array(v.object({ status: v.string() })),
});

const NO_DAY = "give a day such as 2026-03-31";
const day = v.pipe(
  v.string(),
  v.isoDate(NO_DAY),
  v.check((text) => readDay(text) !== undefined, NO_DAY),
);
const asked = {
  framework: v.optional(v.picklist(EVIDENCED), "soc2"),
  days: v.optional(v.picklist(["7", "30", "90", "365"]), "30"),
  /** A period in place of the last days: both days are part of it, in UTC. */
  from: v.optional(day),
  to: v.optional(day),
};
type Period = {
  readonly days: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** The two days of a period; undefined where it is the last days. */
function ownDays({ from, to }: Period): { readonly from: string; readonly to: string } | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined || to < from)
    throw new ApiFault("input", "a period has a first day and a last one that is not before it");
  return { from, to };
}

const looksOf = looksByDashboard<ShownControl[]>();

/** WHY not under the request's signal: who leaves the page finds the answer when they come back. */
async function readControls(
  { run, live }: DashboardParts,
  words: readonly string[],
): Promise<ShownControl[]> {
  const onProblem = (text: string): void => {
    const told = [...text.matchAll(/^sallyport: (\d+) of (\d+) entries$/gm)].at(-1);
    if (told === undefined) return;
    const [done, of] = [Number(told[1]), Number(told[2])];
    live.publish({ event: "progress", data: { what: "compliance", done, of } });
  };
  const ran = await run([...words, "--progress", "--json"], { timeoutMs: RUN_MS_MAX, onProblem });
  const { controls } = readAnswer(ran, v.object({ controls: v.array(control) }));
  return controls.map(({ gaps, checks, ...one }) => ({
    ...one,
    gaps: gaps.slice(0, SHOWN_MAX),
    checks: checks.slice(0, SHOWN_MAX),
    moreGaps: Math.max(0, gaps.length - SHOWN_MAX),
    moreChecks: Math.max(0, checks.length - SHOWN_MAX),
  }));
}

export const complianceEndpoints = [
  endpoint({
    method: "GET",
    path: "/compliance",
    about:
      "Controls of a framework over the last days: where each stands, its gaps with their reasons, posture checks, detections, attestations, and what was counted.",
    role: "viewer",
    input: v.strictObject(asked),
    answer: v.object({
      command,
      frameworks: v.array(v.string()),
      /** When the log was read for it; null while that is done for the first time. */
      atMs: v.nullable(v.number()),
      /** The log is read now: the stream tells how far that is, and when there is another answer. */
      isUnderWay: v.boolean(),
      controls: v.array(shownControl),
    }),
    async work(parts, { input }) {
      const own = ownDays(input);
      const period =
        own === undefined ? ["--days", input.days] : ["--from", own.from, "--to", own.to];
      const words = ["evidence", "status", "--framework", input.framework, ...period];
      const { value, atMs, isUnderWay } = await looksOf(parts).look(
        words.join(" "),
        () => readControls(parts, words),
        () => parts.live.publish({ event: "changed", data: { what: "compliance" } }),
      );
      return {
        command: `sallyport ${words.join(" ")}`,
        frameworks: [...EVIDENCED],
        atMs: atMs ?? null,
        isUnderWay,
        controls: value ?? [],
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/compliance/pack",
    about:
      "The evidence of whole days up to yesterday in one archive that the log signed, in base64, with the digest to hand over by another way.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject(asked),
    answer: v.object({
      command,
      verify: command,
      name: v.string(),
      digest: v.string(),
      pack: v.string(),
      bytes: v.number(),
      proofs: v.number(),
      controls: v.number(),
      bare: v.number(),
    }),
    async work({ run, clock, directories }, { input, signal }) {
      const { framework, days } = input;
      const yesterdayMs = clock.nowMs() - DAY_MS;
      const own = ownDays(input);
      const from = own?.from ?? dayOf(clock.nowMs() - Number(days) * DAY_MS);
      const yesterday = dayOf(yesterdayMs);
      const to = own === undefined || own.to > yesterday ? yesterday : own.to;
      const name = `${framework}-${from}-${to}.tar`;
      const words = ["evidence", "collect", "--framework", framework, "--from", from, "--to", to];
      const line = `sallyport ${words.join(" ")} --out ${name}`;
      const folder = mkdtempSync(join(directories.root, "pack-"));
      try {
        const file = join(folder, name);
        const args = [...words, "--out", file, "--json"];
        const told = readAnswer(await run(args, { signal, timeoutMs: RUN_MS_MAX }), written);
        const { size } = statSync(file);
        if (size > PACK_BYTES_MAX)
          throw new ApiFault(
            "too-large",
            `the pack has ${size} bytes, too many for a page: ${line}`,
          );
        const bare = told.controls.filter(({ status }) => /^(?:gap|not evidenced)$/.test(status));
        return {
          command: line,
          verify: `sallyport evidence verify ${name}`,
          name,
          digest: told.digest,
          pack: readFileSync(file).toString("base64"),
          bytes: size,
          proofs: told.proofs.held,
          controls: told.controls.length,
          bare: bare.length,
        };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  }),
];
