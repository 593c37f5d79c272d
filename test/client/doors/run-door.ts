// Tries one row in the real client and says whether something came through, and if not, which layer closed the door.
import { existsSync, readFileSync } from "node:fs";
import type { ClientRun, ClientRunOptions } from "../client-run.ts";
import { fillPlaces } from "../session-files.ts";
import { closedBy, type Closed } from "./closed-by.ts";
import { type Door, type Harmless, SECRET, type Session, TRACE } from "./door.ts";
import type { DoorStand } from "./door-stand.ts";

/** How a door was found. `form` is how the secret was written, `ran` of a planted command. */
export type DoorOutcome =
  | { readonly kind: "open"; readonly form: string }
  | ({ readonly kind: "closed" } & Closed);

/** Whether an everyday use gave what it should; `shown` is what the model got in its place. */
export type HarmlessOutcome =
  | { readonly kind: "works" }
  | ({ readonly kind: "broken"; readonly shown: string } & Closed);

/** Tries a door. Throws when the session tells nothing: it did not end, or neither asked the model nor said that it would not. */
export async function tryDoor(stand: DoorStand, door: Door, client: string): Promise<DoorOutcome> {
  let ran = false;
  const run = await stand.session({
    ...sessionOf(door, client),
    ...(door.mode === undefined ? {} : { permissionMode: door.mode }),
    inspect: (places) => {
      const trace = fillPlaces(door.trace ?? TRACE, places);
      ran = existsSync(trace) && /^ran$/m.test(readFileSync(trace, "utf8"));
    },
  });
  told(run);
  const form = door.brings === "command" ? (ran ? "ran" : undefined) : run.leaked(SECRET);
  return form === undefined ? { kind: "closed", ...closedBy(run) } : { kind: "open", form };
}

/** Tries an everyday use. Throws as `tryDoor` does. */
export async function tryHarmless(
  stand: DoorStand,
  row: Harmless,
  client: string,
): Promise<HarmlessOutcome> {
  const run = await stand.session(sessionOf(row, client));
  told(run);
  // The oldest client asks without a body whether the API is there.
  const bodies = run.requestBodies.filter((body) => body !== "");
  const texts = bodies.flatMap((body) => textsIn(JSON.parse(body)));
  const outputs = texts.flatMap((text) =>
    [...text.matchAll(/OUT\[ ([\s\S]*?) ?\]END/g)].map((match) => (match[1] ?? "").trim()),
  );
  const shown = outputs.length > 0 ? outputs : texts;
  const says = new RegExp(row.says, "m");
  if (shown.some((text) => says.test(text))) return { kind: "works" };
  return { kind: "broken", shown: (outputs[0] ?? "").slice(0, 300), ...closedBy(run) };
}

function sessionOf(row: Session, client: string): ClientRunOptions {
  const settings =
    row.settings === undefined ? {} : { ".claude/settings.json": JSON.stringify(row.settings) };
  return {
    client,
    turns: row.turns ?? ["bye"],
    ...(row.subAgents === undefined ? {} : { subAgents: new Map(Object.entries(row.subAgents)) }),
    files: { ...settings, ...row.files },
    homeFiles: row.homeFiles ?? {},
    outsideFiles: row.outsideFiles ?? {},
    ...(row.managedFiles === undefined ? {} : { managedFiles: row.managedFiles }),
    prompt: row.prompt ?? "go",
    extraArgs: row.args ?? [],
  };
}

/** How the client refuses to start at all where managed settings forbid what it was started with. */
const NOT_STARTED = /disabled by your organization's managed settings/;

/** A client that crashed never passes for a closed door. */
function told(run: ClientRun): void {
  if (run.exitCode === 1 && NOT_STARTED.test(run.stderr)) return;
  if (run.timedOut || run.result === undefined) {
    throw new Error(
      `the session told nothing (exit ${run.exitCode}${run.timedOut ? ", timed out" : ""}): ${run.stderr.slice(0, 500)}${run.stdout.slice(-500)}`,
    );
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
