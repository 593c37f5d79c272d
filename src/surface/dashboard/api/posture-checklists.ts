// Endpoints of checklists: those that ship, and how one stands in a project, item by item with evidence and what to do next.
import * as v from "valibot";
import { lazily } from "#base/lazily.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { readAnswer } from "../context/own-command.ts";
import { endpoint } from "./endpoint.ts";
import { command, folderText, nameText, nothing } from "./fields.ts";
import { guardedRoot } from "./policy.ts";

const AUDIT_MS_MAX = 120_000;
/** Places of one check that a page shows; the rest are counted. */
const PLACES_MAX = 5;

const outcome = v.picklist(["fail", "unseen", "attest", "pass", "not-applicable"]);
const fault = v.object({
  message: v.string(),
  evidence: v.optional(v.string()),
  fix: v.optional(v.string()),
  file: v.optional(v.string()),
  line: v.optional(v.number()),
  /** The check that found it, where one step mends several. */
  check: v.optional(v.string()),
});
const finding = v.object({
  id: v.string(),
  faults: v.array(fault),
  waived: v.nullable(v.object({ owner: v.string(), until: v.string() })),
});
const report = v.object({
  at: v.string(),
  profile: v.object({
    id: v.string(),
    title: v.string(),
    items: v.array(
      v.object({
        id: v.string(),
        title: v.string(),
        requirement: v.string(),
        outcome,
        checks: v.array(v.object({ id: v.string(), outcome })),
      }),
    ),
  }),
  findings: v.array(finding),
  waived: v.array(finding),
  entries: v.array(
    v.object({ id: v.string(), title: v.string(), severity: v.string(), fix: v.string() }),
  ),
  checks: v.array(
    v.object({ id: v.string(), lookedAt: v.array(v.string()), note: v.nullable(v.string()) }),
  ),
});
type Report = v.InferOutput<typeof report>;

const shownCheck = v.object({
  id: v.string(),
  title: v.string(),
  severity: v.string(),
  outcome,
  /** What stands where, worst first as the audit has it. */
  places: v.array(v.object({ where: v.string(), message: v.string(), evidence: v.string() })),
  morePlaces: v.number(),
  lookedAt: v.array(v.string()),
  note: v.nullable(v.string()),
  waived: v.nullable(v.object({ owner: v.string(), until: v.string() })),
  /** What to do about it; empty where nothing is to be done. */
  next: v.string(),
});

/** WHY loaded when somebody asks, and once: the checks are large, most pages need none of them, and they take a second. */
const shippedLists = lazily(async () => {
  const [{ loadChecklists }, { loadCheckFamilies }] = await Promise.all([
    import("../../services/posture/audit.ts"),
    import("../../services/posture/shipped-checks.ts"),
  ]);
  return loadChecklists(loadCheckFamilies().flatMap(({ checks }) => checks));
});

export const checklistEndpoints = [
  endpoint({
    method: "GET",
    path: "/checklists",
    about: "The checklists that ship, with where each comes from.",
    role: "viewer",
    input: nothing,
    answer: v.object({
      command,
      items: v.array(
        v.object({ id: v.string(), title: v.string(), source: v.string(), items: v.number() }),
      ),
    }),
    async work() {
      const all = await shippedLists();
      return {
        command: "sallyport audit --profile minimum",
        items: all.map(({ id, title, source, items }) => ({
          id,
          title,
          source,
          items: items.length,
        })),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/checklists/:id",
    about:
      "How a project stands on one checklist now: each item with its state, the evidence and what to do next.",
    role: "viewer",
    input: v.strictObject({ id: nameText, project: folderText }),
    answer: v.object({
      command,
      id: v.string(),
      title: v.string(),
      atMs: v.number(),
      items: v.array(
        v.object({
          id: v.string(),
          title: v.string(),
          requirement: v.string(),
          outcome,
          checks: v.array(shownCheck),
        }),
      ),
    }),
    async work(parts, { input: { id, project }, signal }) {
      const root = guardedRoot(parts, project);
      const args = ["audit", root, "--profile", id, "--json", "--no-run-hooks"];
      const ran = await parts.run(args, { cwd: root, signal, timeoutMs: AUDIT_MS_MAX });
      const told = readAnswer(ran, report);
      const shownOf = createShown(told);
      return {
        command: `sallyport audit ${shellWord(root)} --profile ${id}`,
        id: told.profile.id,
        title: told.profile.title,
        atMs: Date.parse(told.at),
        items: told.profile.items.map(({ checks, ...item }) => ({
          ...item,
          checks: checks.map(shownOf),
        })),
      };
    },
  }),
];

/** Joins what the report says of a check in its parts. */
function createShown({ findings, waived, entries, checks }: Report) {
  const byId = new Map(checks.map((one) => [one.id, one]));
  const written = new Map(entries.map((one) => [one.id, one]));
  const found = [...findings, ...waived];
  return ({ id, outcome: state }: { id: string; outcome: v.InferOutput<typeof outcome> }) => {
    const entry = written.get(id);
    const seen = byId.get(id);
    const own = found.flatMap((one) =>
      one.faults.filter(({ check = one.id }) => check === id).map((fault) => ({ one, fault })),
    );
    const fix = own.find(({ fault }) => fault.fix !== undefined)?.fault.fix ?? entry?.fix ?? "";
    return {
      id,
      title: entry?.title ?? id,
      severity: entry?.severity ?? "info",
      outcome: state,
      places: own.slice(0, PLACES_MAX).map(({ fault: { file = "", line, message, evidence } }) => ({
        where: line === undefined ? file : `${file}:${line}`,
        message,
        evidence: evidence ?? "",
      })),
      morePlaces: Math.max(0, own.length - PLACES_MAX),
      lookedAt: seen?.lookedAt.slice(0, PLACES_MAX) ?? [],
      note: seen?.note ?? null,
      waived: own[0]?.one.waived ?? null,
      next: state === "pass" || state === "not-applicable" ? "" : fix,
    };
  };
}
