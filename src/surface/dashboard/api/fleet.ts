// Endpoints of a fleet: machines and releases, the fifteen steps, what the guard costs people, and what ends or is due soon.
import { existsSync } from "node:fs";
import * as v from "valibot";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { fleetPlaces } from "../../services/fleet/fleet-folder.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { endpoint } from "./endpoint.ts";
import { command, nothing } from "./fields.ts";
import { machineRow, machineRows, reportedHosts } from "./team.ts";

/** Policies are tried for the steps, and a large fleet has many reports. */
const RUN_MS_MAX = 120_000;
/** Releases, exceptions and machines that a page shows; the rest are counted. */
const SHOWN_MAX = 200;
const UNMET_SHOWN_MAX = 20;
const MACHINES_SHOWN = 20;

const count = v.number();
const text = v.string();
/** Null where the dashboard was not told of a fleet: everything else is empty then. */
const folder = v.nullable(text);

const tier = v.object({
  tier: text,
  machines: count,
  online: count,
  current: count,
  verified: count,
  drifted: count,
});
const standing = v.picklist(["running", "held", "taken-back", "complete"]);
const evidence = v.object({
  machines: count,
  online: count,
  adopted: count,
  unverified: count,
  drifted: count,
  calls: count,
  asked: count,
});
const track = {
  name: text,
  standing,
  reason: text,
  percent: v.optional(count),
  stage: text,
  sinceMs: count,
  evidence,
};
const move = v.object({
  kind: v.picklist(["wait", "advance", "hold", "take-back"]),
  reasons: v.optional(v.array(text), []),
});
const status = v.object({
  fleet: text,
  tiers: v.array(tier),
  without: v.array(text),
  tracks: v.array(v.object({ ...track, move })),
});
type Track = v.InferOutput<typeof status>["tracks"][number];

const step = v.object({
  number: count,
  id: text,
  title: text,
  owner: text,
  isMet: v.boolean(),
  about: text,
  commands: v.array(text),
  criteria: v.array(v.object({ text, isMet: v.boolean(), why: text })),
});
const sums = {
  machines: count,
  calls: count,
  asked: count,
  allowed: count,
  declined: count,
  refused: count,
  overrides: count,
  failures: count,
  waitedMs: count,
  sessions: count,
  spared: count,
  added: count,
  left: count,
};
const rule = v.object({
  rule: text,
  asked: count,
  allowed: count,
  refused: count,
  machines: count,
  advice: text,
  replayed: count,
  freed: count,
});
const friction = v.object({
  all: v.object(sums),
  by: v.array(v.object({ key: text, sums: v.object(sums) })),
  rules: v.array(rule),
  harm: v.array(v.object({ kind: text, refused: count })),
  unmet: v.array(text),
});
const exception = v.object({
  policy: text,
  id: text,
  rules: v.array(text),
  owner: text,
  approver: text,
  expires: text,
  ends: v.picklist(["ended", "soon", "later"]),
  remarks: v.array(text),
  /** Calls that rest on it since `usesSince`; null where no machine reported any. */
  used: v.nullable(count),
});
const exceptions = v.object({ exceptions: v.array(exception), ofPeople: count, usesSince: text });
const taskState = v.picklist(["overdue", "due", "open", "unused"]);
const task = {
  id: text,
  title: text,
  every: text,
  owner: text,
  state: taskState,
  dueMs: v.nullable(count),
  commands: v.array(text),
};
const tasks = v.array(
  v.object({
    ...task,
    proof: text,
    done: v.nullable(v.object({ atMs: count, by: text })),
  }),
);
type Task = v.InferOutput<typeof tasks>[number];
const TASK_ORDER = taskState.options;

/** What one command about the fleet printed; undefined where there is no fleet. */
async function askFleet<Output>(
  parts: DashboardParts,
  { words, signal }: { readonly words: readonly string[]; readonly signal: AbortSignal },
  schema: v.GenericSchema<unknown, Output>,
): Promise<Output | undefined> {
  const fleet = rolloutFolder(parts);
  if (fleet === undefined) return undefined;
  const args = ["fleet", ...words, "--fleet", fleet, "--json"];
  return readAnswer(await parts.run(args, { signal, timeoutMs: RUN_MS_MAX }), schema);
}

/** The fleet's folder where it has releases: that of a collector alone has only what machines report. */
function rolloutFolder({ fleet }: Pick<DashboardParts, "fleet">): string | undefined {
  if (fleet === undefined) return undefined;
  const { file, hosts } = fleetPlaces(fleet);
  return existsSync(hosts) && !existsSync(file) ? undefined : fleet;
}

function lineOf(parts: DashboardParts, words: string): string {
  const fleet = rolloutFolder(parts);
  return fleet === undefined
    ? "sallyport fleet init fleet --name acme"
    : `sallyport fleet ${words} --fleet ${shellWord(fleet)}`;
}

export const fleetEndpoints = [
  endpoint({
    method: "GET",
    path: "/fleet",
    about:
      "Machines of the fleet by tier, and each release with its ring, its stage, and what it waits for or why it is held or taken back.",
    role: "viewer",
    of: "both",
    input: nothing,
    answer: v.object({
      command,
      folder,
      name: text,
      tiers: v.array(tier),
      tracks: v.array(
        v.object({
          ...track,
          percent: v.nullable(count),
          due: move.entries.kind,
          /** What it waits for, or why it is due to be held or taken back. */
          reasons: v.array(text),
          actions: v.array(v.object({ label: text, line: command })),
        }),
      ),
      moreTracks: count,
      /** Machines that are there and do not have what they are to have. */
      without: v.array(text),
      moreWithout: count,
      publish: command,
      /** What machines reported last, those out of policy first. */
      machines: v.array(machineRow),
      moreMachines: count,
      outOfPolicy: count,
    }),
    async work(parts, { signal }) {
      const hosts = await reportedHosts(parts);
      const found = await askFleet(parts, { words: ["status"], signal }, status);
      const { fleet: name = "", tiers = [], tracks = [], without = [] } = found ?? {};
      return {
        command: lineOf(parts, "status"),
        folder: rolloutFolder(parts) ?? null,
        name,
        tiers,
        tracks: tracks.slice(0, SHOWN_MAX).map((one) => {
          const { percent = null, move: next, ...rest } = one;
          const { kind: due, reasons } = next;
          return { ...rest, percent, due, reasons, actions: actionsOn(parts, one) };
        }),
        moreTracks: Math.max(0, tracks.length - SHOWN_MAX),
        without: without.slice(0, MACHINES_SHOWN),
        moreWithout: Math.max(0, without.length - MACHINES_SHOWN),
        ...machineRows(hosts, { nowMs: parts.clock.nowMs(), without }),
        publish: lineOf(parts, "publish /srv/www/fleet --key fleet.key"),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/fleet/steps",
    about:
      "The fifteen steps of a rollout, each with its criteria as figures and attestations meet them.",
    role: "viewer",
    of: "both",
    input: nothing,
    answer: v.object({ command, folder, steps: v.array(step), next: v.nullable(text) }),
    async work(parts, { signal }) {
      const plan = v.object({ steps: v.array(step), next: v.nullable(text) });
      const found = await askFleet(parts, { words: ["plan"], signal }, plan);
      const { steps = [], next = null } = found ?? {};
      return { command: lineOf(parts, "plan"), folder: rolloutFolder(parts) ?? null, steps, next };
    },
  }),
  endpoint({
    method: "GET",
    path: "/fleet/friction",
    about:
      "What the guard costs people of the fleet, by tier, and the ten rules that cost most, each with what changing it would have done.",
    role: "viewer",
    of: "both",
    input: v.strictObject({
      by: v.optional(v.picklist(["tier", "policy", "group", "system", "stage"]), "tier"),
      last: v.optional(v.picklist(["7", "30", "90"]), "7"),
    }),
    answer: v.object({
      command,
      folder,
      ...friction.entries,
      all: v.nullable(friction.entries.all),
      moreBy: count,
      moreUnmet: count,
    }),
    async work(parts, { input: { by, last }, signal }) {
      const words = ["friction", "--by", by, "--last", last];
      const found = await askFleet(parts, { words, signal }, friction);
      const { by: rows = [], rules = [], harm = [], unmet = [] } = found ?? {};
      return {
        command: lineOf(parts, words.join(" ")),
        folder: rolloutFolder(parts) ?? null,
        all: found?.all ?? null,
        by: rows.slice(0, SHOWN_MAX),
        rules,
        harm,
        unmet: unmet.slice(0, UNMET_SHOWN_MAX),
        moreBy: Math.max(0, rows.length - SHOWN_MAX),
        moreUnmet: Math.max(0, unmet.length - UNMET_SHOWN_MAX),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/fleet/ends",
    about:
      "Exceptions that the policies of the fleet give, those that end first before the others, and tasks of the calendar with when each is due.",
    role: "viewer",
    of: "both",
    input: nothing,
    answer: v.object({
      command,
      calendarCommand: command,
      folder,
      exceptions: v.array(v.object({ ...exception.entries, file: text, next: command })),
      /** The day from which uses are counted. */
      usesSince: text,
      moreExceptions: count,
      /** Exceptions that people granted on their machines. */
      ofPeople: count,
      tasks: v.array(v.object({ ...task, doneMs: v.nullable(count), next: command })),
    }),
    async work(parts, { signal }) {
      const [found, listed] = await Promise.all([
        askFleet(parts, { words: ["exceptions"], signal }, exceptions),
        parts.run(["calendar", "list", "--json"], { signal }).then((ran) => readAnswer(ran, tasks)),
      ]);
      const given = (found?.exceptions ?? []).toSorted((one, other) =>
        one.expires < other.expires ? -1 : 1,
      );
      return {
        command: lineOf(parts, "exceptions"),
        calendarCommand: "sallyport calendar list",
        folder: rolloutFolder(parts) ?? null,
        ofPeople: found?.ofPeople ?? 0,
        usesSince: found?.usesSince ?? "",
        exceptions: given.slice(0, SHOWN_MAX).map((one) => ({
          ...one,
          file: `policies/${one.policy}.yaml`,
          next: lineOf(parts, `release ${shellWord(one.policy)} --key fleet.key`),
        })),
        moreExceptions: Math.max(0, given.length - SHOWN_MAX),
        tasks: listed
          .toSorted((one, other) => TASK_ORDER.indexOf(one.state) - TASK_ORDER.indexOf(other.state))
          .map((one) => {
            const { proof: _, done, ...rest } = one;
            return { ...rest, doneMs: done?.atMs ?? null, next: recordLine(one) };
          }),
      };
    },
  }),
];

/** What a person may do about a release now, as the commands take it. */
function actionsOn(parts: DashboardParts, { name, standing: is, move: { kind } }: Track) {
  const one = (label: string, words: string) => ({ label, line: lineOf(parts, words) });
  const named = shellWord(name);
  const back = one("Take it back", `take-back ${named} --reason "..."`);
  switch (is) {
    case "complete":
      return [];
    case "taken-back": {
      const [policy = "", of = ""] = name.split("/");
      const words = `release ${shellWord(policy)} --tier ${shellWord(of)} --key fleet.key`;
      return [one("Release it again, when the policy is corrected", words)];
    }
    case "held":
      return [one("Let it go on", `resume ${named} --reason "..."`), back];
    case "running":
      return [
        ...(kind === "wait" ? [] : [one("Do what the figures say", "tick")]),
        one("Stop it where it is", `hold ${named} --reason "..."`),
        back,
      ];
    default:
      return is satisfies never;
  }
}

function recordLine({ id, proof }: Task): string {
  // A drill that was finished is the record.
  if (proof === "drill") return "";
  const file = proof === "file" ? " --file FILE" : "";
  return `sallyport calendar done ${shellWord(id)} --note "..."${file}`;
}
