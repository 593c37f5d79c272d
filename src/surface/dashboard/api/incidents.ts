// Endpoints of incidents and blocks: what was detected, what is done about it, what is cut off.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { type Incident, OUTCOMES } from "#detect/incident/incident.ts";
import { filledCommand } from "#detect/incident/filled-command.ts";
import { openBlocks } from "../../services/incidents/blocks.ts";
import { sessionsOf } from "../../services/incidents/incident-sessions.ts";
import { openIncidents } from "../../services/incidents/incident-store.ts";
import { stillOpenHere } from "../../services/incidents/still-open.ts";
import { changeIncident } from "../../services/inbox/decisions.ts";
import { ASKED_KINDS } from "../../services/incidents/order-words.ts";
import { loadPlaybook, loadPlaybooks } from "../../foundation/product/shipped-data.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { deskOf, sessionOf } from "./access.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command, nameText, noteText, nothing } from "./fields.ts";
import { groundsOf, incidentRow, incidentRowOf, incidentRows } from "./incident-row.ts";
import { reconstructed, story, storyOf } from "./incident-story.ts";

const NOTE_CHARS_MAX = 2_000;
/** Rows of one list; a site has some a week. */
const ITEMS_MAX = 1_000;
const incidentId = v.pipe(
  v.string(),
  v.regex(/^inc-[0-9a-z]{4,26}$/, "an incident is named like inc-01k7..."),
);

/** What `incident bundle --json` prints. */
const bundled = v.object({
  digest: v.string(),
  files: v.array(v.string()),
  proofsOmitted: v.number(),
});

const step = v.object({
  id: v.string(),
  phase: v.string(),
  by: v.string(),
  do: v.string(),
  proof: v.string(),
  breakGlass: v.boolean(),
  run: v.array(v.string()),
  done: v.nullable(v.object({ atMs: v.number(), by: v.string() })),
});

export const incidentEndpoints = [
  endpoint({
    method: "GET",
    path: "/incidents",
    about: "Incidents, the newest first, with how far they are.",
    role: "viewer",
    input: v.strictObject({ state: v.optional(v.picklist(["open", "closed", "all"]), "open") }),
    answer: v.object({
      command,
      items: v.array(incidentRow),
      /** Older ones that the list leaves out. */
      omitted: v.number(),
      damaged: v.number(),
    }),
    async work(parts, { input: { state } }) {
      const { incidents, damaged } = openIncidents(parts.directories).all();
      const items = incidents.filter((one) =>
        state === "all"
          ? true
          : state === "closed"
            ? one.state === "closed"
            : one.state !== "closed",
      );
      const option = state === "open" ? "" : ` --state ${state}`;
      return {
        command: `sallyport incident list${option}`,
        items: await incidentRows(parts, items.slice(0, ITEMS_MAX)),
        omitted: Math.max(0, items.length - ITEMS_MAX),
        damaged: damaged.length,
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/incidents/:id",
    about: "One incident: its alerts, what was done, its sessions, and its playbooks step by step.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ id: incidentId }),
    answer: v.object({
      command,
      incident: incidentRow,
      outcome: v.nullable(v.string()),
      alerts: v.array(
        v.object({
          id: v.string(),
          timeMs: v.number(),
          rule: v.string(),
          title: v.string(),
          level: v.string(),
          repeats: v.number(),
          tags: v.array(v.string()),
          events: v.array(v.number()),
        }),
      ),
      alertsOmitted: v.number(),
      actions: v.array(
        v.object({
          atMs: v.number(),
          by: v.string(),
          what: v.string(),
          note: v.nullable(v.string()),
        }),
      ),
      sessions: v.array(v.string()),
      /** What closing it would leave undone, in words. */
      stillOpen: v.array(v.string()),
      playbooks: v.array(
        v.object({
          id: v.string(),
          title: v.string(),
          startedMs: v.number(),
          by: v.string(),
          steps: v.array(step),
        }),
      ),
      /** Playbooks that are for its detections come first. */
      available: v.array(v.object({ id: v.string(), title: v.string(), isFor: v.boolean() })),
    }),
    async work(parts, { input: { id } }) {
      const incident = namedIncident(parts, id);
      const { alerts, actions, playbooks = [], alertsOmitted, outcome } = incident;
      const sessions = await sessionsOf(incident, parts.directories).catch(() => []);
      const rules = new Set(alerts.map(({ rule }) => rule));
      const others = loadPlaybooks().filter(
        (one) => !playbooks.some(({ playbook }) => playbook === one.id),
      );
      return {
        command: `sallyport incident show ${incident.id}`,
        incident: incidentRowOf(incident, (await groundsOf(parts, [incident]))[0]),
        outcome: outcome ?? null,
        alertsOmitted,
        alerts: alerts.map(({ id: alert, timeMs, rule, title, level, repeats, tags, events }) => ({
          id: alert,
          timeMs,
          rule,
          title,
          level,
          repeats,
          tags: [...tags],
          events: [...events],
        })),
        actions: actions.map(({ atMs, by, what, note }) => ({
          atMs,
          by,
          what,
          note: note ?? null,
        })),
        sessions: [...sessions],
        stillOpen: [...stillOpenHere(incident, sessions, parts.directories)],
        playbooks: playbooks.map((run) => runOf(run, incident)),
        available: others
          .map(({ id: name, title, detections }) => ({
            id: name,
            title,
            isFor: detections.some((one) => rules.has(one)),
          }))
          .toSorted((one, other) => Number(other.isFor) - Number(one.isFor)),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/incidents/:id/reconstruction",
    about:
      "The chain of an incident out of the log: what led to it, what it did, how it was possible.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ id: incidentId }),
    answer: v.object({ command, reconstruction: story }),
    async work({ run }, { input: { id }, signal }) {
      const ran = await run(["incident", "reconstruct", id, "--json"], { signal });
      return {
        command: `sallyport incident reconstruct ${id}`,
        reconstruction: storyOf(readAnswer(ran, reconstructed)),
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/incidents/:id/orders",
    about:
      "Takes, notes, contains, quarantines, closes or reopens an incident, or goes on with a playbook.",
    role: "responder",
    input: v.strictObject({
      id: incidentId,
      /** The `updatedMs` that the person saw: a change meanwhile is told and not overwritten. */
      seenMs: v.number(),
      what: v.picklist([
        ...["take", "note", "contain", "quarantine", "close", "reopen"],
        ...["playbook", "step"],
      ] as const),
      note: v.optional(noteText(NOTE_CHARS_MAX), ""),
      outcome: v.optional(v.picklist(OUTCOMES)),
      playbook: v.optional(nameText),
      step: v.optional(nameText),
    }),
    answer: v.object({ command, id: v.string(), state: v.string() }),
    async work(parts, asked) {
      const { id, seenMs, what, note, outcome, playbook, step: done } = asked.input;
      const incident = namedIncident(parts, id);
      if (what === "close" && outcome === undefined)
        throw new ApiFault("input", "outcome: say how it was possible");
      if ((what === "note" || what === "step") && note === "")
        throw new ApiFault("input", "note: say what you found, or what proves that it is done");
      const answer = await changeIncident(deskOf(parts, asked), {
        id: incident.id,
        seenMs,
        what,
        ...(note === "" ? {} : { note }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(playbook === undefined ? {} : { playbook }),
        ...(done === undefined ? {} : { step: done }),
      });
      parts.live.publish({ event: "changed", data: { what: "incidents" } });
      return { command: commandOf(incident.id, asked.input), ...answer };
    },
  }),
  endpoint({
    method: "POST",
    path: "/incidents/:id/bundle",
    about:
      "The evidence of an incident in one archive, in base64, with the digest to hand over by another way; what is sealed stays sealed. Its digest goes on record.",
    role: "responder",
    isSensitive: true,
    input: v.strictObject({ id: incidentId }),
    answer: v.object({
      command,
      verify: command,
      name: v.string(),
      digest: v.string(),
      bundle: v.string(),
      bytes: v.number(),
      files: v.number(),
      proofsOmitted: v.number(),
    }),
    async work(parts, { input: { id }, signal }) {
      const { run, directories, live } = parts;
      const name = `${namedIncident(parts, id).id}.tar`;
      const folder = mkdtempSync(join(directories.root, "bundle-"));
      try {
        const file = join(folder, name);
        const ran = await run(["incident", "bundle", id, "--out", file, "--json"], { signal });
        const told = readAnswer(ran, bundled);
        const bytes = readFileSync(file);
        live.publish({ event: "changed", data: { what: "incidents" } });
        return {
          command: `sallyport incident bundle ${id} --out ${name}`,
          verify: `sallyport incident bundle --verify ${name} --digest ${told.digest}`,
          name,
          digest: told.digest,
          bundle: bytes.toString("base64"),
          bytes: bytes.length,
          files: told.files.length,
          proofsOmitted: told.proofsOmitted,
        };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  }),
  endpoint({
    method: "GET",
    path: "/blocks",
    about: "Hosts and MCP servers that are cut off for every session.",
    role: "viewer",
    input: nothing,
    answer: v.object({
      command,
      items: v.array(
        v.object({
          id: v.string(),
          kind: v.string(),
          name: v.string(),
          by: v.string(),
          reason: v.string(),
          atMs: v.number(),
        }),
      ),
    }),
    async work({ directories }) {
      const items = openBlocks(directories)
        .all()
        .map(({ id, kind, name, by, reason, atMs }) => ({ id, kind, name, by, reason, atMs }));
      return { command: "sallyport block list", items };
    },
  }),
  endpoint({
    method: "POST",
    path: "/blocks",
    about: "Cuts a host or an MCP server off, for every session from the next call on.",
    role: "responder",
    input: v.strictObject({
      kind: v.picklist(ASKED_KINDS),
      name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256)),
      reason: v.pipe(v.string(), v.trim(), v.minLength(1, "say why"), v.maxLength(300)),
    }),
    answer: v.object({ command, id: v.string() }),
    async work(parts, asked) {
      const { kind, name, reason } = asked.input;
      const by = sessionOf(asked).name;
      const answer = await parts.order({ order: "block", kind, name, reason, by });
      if (answer.kind === "refused") throw new ApiFault("input", answer.why);
      if (answer.kind !== "blocked") throw new ApiFault("fault", "the answer makes no sense");
      parts.live.publish({ event: "changed", data: { what: "blocks" } });
      return { command: "sallyport block list", id: answer.id };
    },
  }),
  endpoint({
    method: "POST",
    path: "/blocks/:id/remove",
    about: "Opens again what was cut off.",
    role: "administrator",
    confirms: true,
    input: v.strictObject({ id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)) }),
    answer: v.object({ command, isKnown: v.boolean() }),
    async work(parts, asked) {
      const { id } = asked.input;
      const answer = await parts.order({ order: "unblock", id, by: sessionOf(asked).name });
      if (answer.kind === "refused") throw new ApiFault("input", answer.why);
      if (answer.kind !== "unblocked") throw new ApiFault("fault", "the answer makes no sense");
      parts.live.publish({ event: "changed", data: { what: "blocks" } });
      return { command: `sallyport block remove ${id}`, isKnown: answer.isKnown };
    },
  }),
];

function namedIncident({ directories }: DashboardParts, id: string): Incident {
  const found = openIncidents(directories)
    .all()
    .incidents.find((one) => one.id === id);
  if (found === undefined) throw new ApiFault("not-found", "there is no such incident");
  return found;
}

function runOf(
  { playbook, startedMs, by, steps, done }: NonNullable<Incident["playbooks"]>[number],
  incident: Incident,
) {
  const known = loadPlaybook(playbook);
  return {
    id: playbook,
    title: known?.title ?? playbook,
    startedMs,
    by,
    // A later version may have lost a step: it is shown by its name, and stays to be done.
    steps: steps.map((id) => {
      const found = known?.steps.find((one) => one.id === id);
      const when = done.find((one) => one.step === id);
      return {
        id,
        phase: found?.phase ?? "recovery",
        by: found?.by ?? "responder",
        do: found?.do ?? id,
        proof: found?.proof ?? "",
        breakGlass: found?.breakGlass === true,
        run: (found?.run ?? []).map((line) => filledCommand(line, incident)),
        done: when === undefined ? null : { atMs: when.atMs, by: when.by },
      };
    }),
  };
}

/** WHY without the note: it may hold what nobody wants in a shell's history. */
function commandOf(
  id: string,
  {
    what,
    outcome,
    playbook,
    step: done,
  }: {
    readonly what: string;
    readonly outcome?: string | undefined;
    readonly playbook?: string | undefined;
    readonly step?: string | undefined;
  },
): string {
  if (what === "playbook") return `sallyport incident start ${id} ${playbook ?? ""}`;
  if (what === "step") return `sallyport incident done ${id} ${done ?? ""} --note "..."`;
  const how = outcome === undefined ? "" : ` --outcome ${outcome}`;
  return `sallyport incident ${what} ${id}${how}`;
}
