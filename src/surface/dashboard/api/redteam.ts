// Endpoints of the red team: its cases, the runs so far, what got through in the last one, and a run now.
import * as v from "valibot";
import { incidentFamily } from "#assure/redteam/from-incident.ts";
import { type Family, HONEST } from "#assure/redteam/suite.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { loadFamilies } from "../../foundation/product/shipped-data.ts";
import { readCases, readRuns } from "../../services/redteam/run-history.ts";
import { readAnswer } from "../context/own-command.ts";
import { endpoint } from "./endpoint.ts";
import { command, folderText, nameText } from "./fields.ts";
import { guardedRoot } from "./policy.ts";

/** WHY so long: all cases in all their forms take minutes, on a busy machine many. Who leaves the page ends the run. */
const RUN_MS_MAX = 60 * 60_000;
/** Runs, cases and calls of one case that a page shows; the rest are counted. */
const RUNS_SHOWN = 60;
const MISSED_SHOWN = 200;
const CALLS_SHOWN = 5;
const CALL_CHARS_MAX = 2_000;

const ownCase = v.object({
  id: v.string(),
  title: v.string(),
  /** When a run first found it not as expected; null where the last one that had it did not. */
  sinceMs: v.nullable(v.number()),
});
const family = v.object({
  id: v.string(),
  title: v.string(),
  owner: v.string(),
  fix: v.string(),
  isAttack: v.boolean(),
  cases: v.array(ownCase),
});
const told = v.object({
  verdict: v.string(),
  rule: v.nullable(v.string()),
  call: v.string(),
  wrapping: v.nullable(v.string()),
  expected: v.string(),
});
const result = {
  family: v.string(),
  id: v.string(),
  title: v.string(),
  retest: v.string(),
  owner: v.string(),
  fix: v.nullable(v.string()),
};
const ran = v.object({
  policy: v.object({ id: v.string() }),
  cases: v.number(),
  tried: v.number(),
  missed: v.number(),
  results: v.array(v.object({ ...result, misses: v.array(told) })),
});

export const redteamEndpoints = [
  endpoint({
    method: "GET",
    path: "/redteam",
    about:
      "The cases of the red team, the runs in a project, the newest first, what was not as expected in the last one, and why another is due.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({
      command,
      due: v.array(v.string()),
      runs: v.array(
        v.object({
          atMs: v.number(),
          isWhole: v.boolean(),
          cases: v.number(),
          tried: v.number(),
          missed: v.number(),
          product: v.string(),
          policy: v.string(),
        }),
      ),
      moreRuns: v.number(),
      families: v.array(family),
    }),
    async work(parts, { input: { project }, signal }) {
      const cwd = guardedRoot(parts, project);
      const args = ["redteam", "due", "--project", cwd, "--json"];
      const { due } = readAnswer(
        await parts.run(args, { cwd, signal }),
        v.object({ due: v.array(v.string()) }),
      );
      const runs = readRuns(parts.directories).filter((run) => run.project === cwd);
      const missed = runs.at(-1)?.missed ?? {};
      return {
        command: `sallyport redteam run --project ${shellWord(cwd)}`,
        due,
        runs: runs
          .toReversed()
          .slice(0, RUNS_SHOWN)
          .map(({ atMs, isWhole, cases, tried, missed: names, context }) => ({
            atMs,
            isWhole,
            cases,
            tried,
            missed: Object.keys(names).length,
            product: context.product,
            policy: context.policy,
          })),
        moreRuns: Math.max(0, runs.length - RUNS_SHOWN),
        families: allFamilies(parts.directories).map(({ id, title, owner, fix, cases }) => ({
          id,
          title,
          owner,
          fix,
          isAttack: id !== HONEST,
          cases: cases.map((one) => ({
            id: one.id,
            title: one.title,
            sinceMs: missed[`${id}/${one.id}`] ?? null,
          })),
        })),
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/redteam/run",
    about:
      "Judges every case, or those of one family, by the policy in force in a project, plainly and in its other forms; nothing of them runs, and what was found is kept.",
    role: "viewer",
    input: v.strictObject({ project: folderText, family: v.optional(nameText) }),
    answer: v.object({
      command,
      policy: v.string(),
      cases: v.number(),
      tried: v.number(),
      missed: v.array(
        v.object({
          ...result,
          fix: v.string(),
          calls: v.array(told),
          moreCalls: v.number(),
        }),
      ),
      moreMissed: v.number(),
      mended: v.array(v.string()),
    }),
    async work(parts, { input: { project, family: only }, signal }) {
      const cwd = guardedRoot(parts, project);
      const chosen = only === undefined ? [] : ["--family", only];
      const args = ["redteam", "run", "--project", cwd, ...chosen, "--progress", "--json"];
      const onProblem = (text: string) => {
        const told = [...text.matchAll(/^sallyport: (\d+) of (\d+) cases$/gm)].at(-1);
        if (told === undefined) return;
        const [done, of] = [Number(told[1]), Number(told[2])];
        parts.live.publish({ event: "progress", data: { what: "redteam", done, of } });
      };
      const asked = await parts.run(args, { cwd, signal, timeoutMs: RUN_MS_MAX, onProblem });
      const answer = readAnswer(asked, ran);
      const { policy, cases, tried, results } = answer;
      const missed = results.filter(({ misses }) => misses.length > 0);
      parts.live.publish({ event: "changed", data: { what: "redteam" } });
      return {
        command: ["sallyport redteam run", "--project", shellWord(cwd), ...chosen].join(" "),
        policy: policy.id,
        cases,
        tried,
        moreMissed: Math.max(0, missed.length - MISSED_SHOWN),
        missed: missed.slice(0, MISSED_SHOWN).map(({ misses, fix, ...one }) => ({
          ...one,
          fix: fix ?? "",
          calls: misses.slice(0, CALLS_SHOWN).map(({ call, ...said }) => ({
            ...said,
            call: call.slice(0, CALL_CHARS_MAX),
          })),
          moreCalls: Math.max(0, misses.length - CALLS_SHOWN),
        })),
        mended: results
          .filter(({ retest }) => retest === "mended")
          .map((one) => `${one.family}/${one.id}`),
      };
    },
  }),
];

function allFamilies(directories: Parameters<typeof readCases>[0]): readonly Family[] {
  const incidents = incidentFamily(readCases(directories));
  return [...loadFamilies(), ...(incidents === undefined ? [] : [incidents])];
}
