// Incidents on disk: one private file each, written whole; every change is an event of the log as well.
import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { LEVELS } from "#detect/detection/detection.ts";
import { type Incident, INCIDENT_STATES, OUTCOMES } from "#detect/incident/incident.ts";
import { RUNS_MAX } from "#detect/playbook/playbook-run.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";

/** Incidents that are read; a site has some a week. Of more the newest. */
const INCIDENTS_MAX = 4_096;
const ID = /^inc-[0-9a-hjkmnp-tv-z]{26}$/;

const word = v.pipe(v.string(), v.maxLength(512));
const text = v.pipe(v.string(), v.maxLength(4_096));
const level = v.picklist(LEVELS);
const alertSchema = v.strictObject({
  id: word,
  timeMs: v.number(),
  rule: word,
  title: word,
  level,
  tags: v.pipe(v.array(word), v.maxLength(32)),
  events: v.pipe(v.array(v.number()), v.maxLength(64)),
  repeats: v.number(),
  place: v.strictObject({
    pseudonym: v.exactOptional(word),
    /** Of drills alone, whose session is made up. */
    session: v.exactOptional(word),
    destination: v.exactOptional(word),
    scene: v.exactOptional(word),
  }),
});
const actionSchema = v.strictObject({
  atMs: v.number(),
  by: word,
  what: word,
  note: v.exactOptional(text),
});
const runSchema = v.strictObject({
  playbook: word,
  startedMs: v.number(),
  by: word,
  steps: v.pipe(v.array(word), v.maxLength(48)),
  done: v.pipe(
    v.array(v.strictObject({ step: word, atMs: v.number(), by: word })),
    v.maxLength(48),
  ),
});
const incidentSchema = v.strictObject({
  version: v.literal(1),
  id: v.pipe(v.string(), v.regex(ID)),
  openedMs: v.number(),
  updatedMs: v.number(),
  level,
  state: v.picklist(INCIDENT_STATES),
  title: word,
  owner: v.nullable(word),
  outcome: v.exactOptional(v.picklist(OUTCOMES)),
  alerts: v.pipe(v.array(alertSchema), v.maxLength(256)),
  alertsOmitted: v.number(),
  actions: v.pipe(v.array(actionSchema), v.maxLength(1_000)),
  drill: v.exactOptional(v.literal(true)),
  playbooks: v.exactOptional(v.pipe(v.array(runSchema), v.maxLength(RUNS_MAX))),
});

/** Of incidents that begin alike so many are named. */
const NAMED_MAX = 4;

export type IncidentStore = {
  /** All that can be read, the newest first; `damaged` are files that cannot. */
  all(): { readonly incidents: readonly Incident[]; readonly damaged: readonly string[] };
  /** By its id or by how it begins; `drill` is the newest drill. Throws a Failure `usage` where none or several begin so. */
  named(id: string): Incident;
  /** Writes an incident whole. Throws a Failure when the disk refuses. */
  put(incident: Incident): void;
};

/** Opens the incidents of an installation. */
export function openIncidents({
  incidents: directory,
}: Pick<Directories, "incidents">): IncidentStore {
  const all: IncidentStore["all"] = () => {
    if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
      return { incidents: [], damaged: [] };
    // Ids are in the order of time.
    const names = readdirSync(directory).filter(
      (name) => name.endsWith(".json") && ID.test(name.slice(0, -5)),
    );
    const incidents: Incident[] = [];
    const damaged: string[] = [];
    for (const name of names.toSorted().toReversed().slice(0, INCIDENTS_MAX)) {
      const incident = readIncident(join(directory, name));
      if (incident === undefined) damaged.push(join(directory, name));
      else incidents.push(incident);
    }
    return { incidents, damaged };
  };
  return {
    all,
    named(id) {
      const { incidents } = all();
      // WHY no word for the newest of all: an alert may open another one while somebody types.
      const drill = id === "drill" ? incidents.find((one) => one.drill === true) : undefined;
      if (drill !== undefined) return drill;
      const found = incidents.filter((one) => one.id === id || one.id.startsWith(id));
      const exact = found.find((one) => one.id === id);
      const [only, ...others] = exact === undefined ? found : [exact];
      if (only === undefined || id === "")
        throw new Failure("usage", "there is no such incident: `sallyport incident list` has them");
      if (others.length > 0)
        throw new Failure(
          "usage",
          `${found.length} incidents begin so; give more of the id: ${found
            .slice(0, NAMED_MAX)
            .map((one) => `${one.id}${one.drill === true ? " (drill)" : ""}`)
            .join(", ")}${found.length > NAMED_MAX ? ", ..." : ""}`,
        );
      return only;
    },
    put(incident) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const { owner, ...rest } = incident;
      const stored = { version: 1, ...rest, owner: owner ?? null };
      writePrivateFile(join(directory, `${incident.id}.json`), `${JSON.stringify(stored)}\n`);
    },
  };
}

function readIncident(file: string): Incident | undefined {
  try {
    const read = readPrivateFile(file, { secret: true }) ?? "";
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), incidentSchema), read);
    if (!parsed.success) return undefined;
    const { version: _, owner, ...rest } = parsed.output;
    return { ...rest, owner: owner ?? undefined };
  } catch {
    return undefined;
  }
}

const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new id: the time in ten letters, then chance (X.46: nothing that can be guessed). */
export function incidentId(nowMs: number): string {
  let rest = nowMs;
  let time = "";
  for (let at = 0; at < 10; at += 1) {
    time = (LETTERS[rest % 32] ?? "0") + time;
    rest = Math.floor(rest / 32);
  }
  const chance = [...randomBytes(16)].map((byte) => LETTERS[byte % 32]).join("");
  return `inc-${time}${chance}`;
}
