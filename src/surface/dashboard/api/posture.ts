// Endpoints of the posture: an audit of a guarded project now, and its scores over time.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { readTrend } from "../../services/posture/trend.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command, folderText } from "./fields.ts";
import { guardedRoot } from "./policy.ts";

/** Characters of a diff that a page shows. WHY no more is repaired from there: nobody saw the rest. */
const DIFF_CHARS_MAX = 200_000;
const AUDIT_MS_MAX = 120_000;

const finding = v.object({
  id: v.string(),
  title: v.string(),
  severity: v.string(),
  gain: v.number(),
  why: v.string(),
  fix: v.string(),
  faults: v.array(v.object({ message: v.string(), evidence: v.optional(v.string()) })),
});
const report = v.object({
  at: v.string(),
  score: v.object({ value: v.nullable(v.number()), formula: v.string() }),
  counts: v.object({
    checks: v.number(),
    pass: v.number(),
    fail: v.number(),
    waived: v.number(),
    unseen: v.number(),
    attest: v.number(),
    notApplicable: v.number(),
    bySeverity: v.record(v.string(), v.number()),
  }),
  findings: v.array(finding),
  attest: v.array(
    v.object({ id: v.string(), title: v.string(), severity: v.string(), fix: v.string() }),
  ),
  notSeen: v.array(v.unknown()),
});

const repairs = v.object({ isNothing: v.boolean(), diff: v.string(), digest: v.string() });

export const postureEndpoints = [
  endpoint({
    method: "GET",
    path: "/posture",
    about: "The scores of a project's remembered audits, the oldest first.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({
      command,
      points: v.array(
        v.object({ atMs: v.number(), score: v.number(), fail: v.number(), checks: v.number() }),
      ),
    }),
    async work(parts, { input: { project } }) {
      const root = guardedRoot(parts, project);
      const points = readTrend(parts.directories, root).map(({ at, score, fail, checks }) => ({
        atMs: Date.parse(at),
        score,
        fail,
        checks,
      }));
      return { command: `sallyport audit ${shellWord(root)} --trend`, points };
    },
  }),
  endpoint({
    method: "POST",
    path: "/posture/audit",
    about: "Audits a project now; nothing is changed, and the score is remembered.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({ command, report }),
    async work(parts, { input: { project }, signal }) {
      const root = guardedRoot(parts, project);
      const args = ["audit", root, "--json", "--trend", "--no-run-hooks"];
      const ran = await parts.run(args, { cwd: root, signal, timeoutMs: AUDIT_MS_MAX });
      const told = readAnswer(ran, report);
      parts.live.publish({ event: "changed", data: { what: "posture" } });
      return {
        command: `sallyport audit ${shellWord(root)} --trend`,
        report: told,
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/posture/repairs",
    about:
      "What the safe repairs of a project would change, as a diff; nothing is written. Its digest names what was seen.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ project: folderText }),
    answer: v.object({ command, ...repairs.entries }),
    async work(parts, { input: { project }, signal }) {
      const root = guardedRoot(parts, project);
      return {
        command: `sallyport audit ${shellWord(root)} --fix --dry-run`,
        ...(await plannedRepairs(parts, root, signal)),
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/posture/repair",
    about:
      "Makes the safe repairs of a project, where they are still those that the person saw; `sallyport uninstall` takes them back.",
    role: "administrator",
    confirms: true,
    input: v.strictObject({
      project: folderText,
      digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    }),
    answer: v.object({ command, said: v.string() }),
    async work(parts, { input: { project, digest }, signal }) {
      const root = guardedRoot(parts, project);
      const planned = await plannedRepairs(parts, root, signal);
      if (planned.digest !== digest)
        throw new ApiFault("changed", "what would be changed is not what you saw: look again");
      const { said } = await fixed(parts, root, ["--yes"], signal);
      parts.live.publish({ event: "changed", data: { what: "posture" } });
      const outcome = said.split("\n").findLast((line) => line.startsWith("repaired: "));
      if (outcome === undefined)
        throw new ApiFault("command", said.trim().split("\n").at(-1) ?? "nothing was repaired");
      return { command: `sallyport audit ${shellWord(root)} --fix --yes`, said: outcome };
    },
  }),
];

/** What it says on the way, with a diff, is on standard error; the report alone is printed. */
async function fixed(
  { run }: DashboardParts,
  root: string,
  how: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly said: string }> {
  let said = "";
  const args = ["audit", root, "--fix", ...how, "--no-run-hooks", "--json"];
  const ran = await run(args, {
    cwd: root,
    signal,
    timeoutMs: AUDIT_MS_MAX,
    onProblem(text) {
      if (said.length <= DIFF_CHARS_MAX) said += text;
    },
  });
  // A command that failed printed no report, and its words are the fault.
  readAnswer(ran, report);
  return { said };
}

async function plannedRepairs(
  parts: DashboardParts,
  root: string,
  signal: AbortSignal,
): Promise<v.InferOutput<typeof repairs>> {
  const { said } = await fixed(parts, root, ["--dry-run"], signal);
  if (said.length > DIFF_CHARS_MAX)
    throw new ApiFault(
      "too-large",
      `the repairs are too long to be shown here: run \`sallyport audit ${shellWord(root)} --fix\` in a terminal`,
    );
  const isNothing = said.includes("nothing here can be repaired safely by itself");
  const digest = createHash("sha256").update(said).digest("hex");
  return { isNothing, diff: said, digest };
}
