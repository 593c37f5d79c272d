// Endpoints of the posture: an audit of a guarded project now, and its scores over time.
import * as v from "valibot";
import { readTrend } from "../../services/posture/trend.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { readAnswer } from "../context/own-command.ts";
import { endpoint } from "./endpoint.ts";
import { command, folderText } from "./fields.ts";
import { guardedRoot } from "./policy.ts";

const AUDIT_MS_MAX = 120_000;

const finding = v.object({
  ...{ id: v.string(), title: v.string(), severity: v.string(), why: v.string(), fix: v.string() },
  faults: v.array(v.object({ message: v.string(), evidence: v.optional(v.string()) })),
});
const report = v.object({
  at: v.string(),
  score: v.object({ value: v.nullable(v.number()), formula: v.string() }),
  counts: v.object({
    ...{ checks: v.number(), pass: v.number(), fail: v.number(), waived: v.number() },
    ...{ unseen: v.number(), attest: v.number(), notApplicable: v.number() },
    bySeverity: v.record(v.string(), v.number()),
  }),
  findings: v.array(finding),
  attest: v.array(
    v.object({ id: v.string(), title: v.string(), severity: v.string(), fix: v.string() }),
  ),
  notSeen: v.array(v.unknown()),
});

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
        ...{ atMs: Date.parse(at), score, fail, checks },
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
];
