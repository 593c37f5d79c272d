// Shell lines of skills and commands, held: the client takes no other command for them, so a line at the beginning of each call puts it in place.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { singleQuoted } from "#base/shell-quoting.ts";
import { parseHookEvent } from "#guard/protocol/hook-io.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import { addSessionLines, hasSessionLines } from "../sessions/session-lines.ts";
import { type HoldPlaces, holdPlaces, LIST_OF_LINES, SHELL_LINES } from "./shim.ts";

/** Lines of one session that wait to be run. */
const WAITING_MAX = 256;

/** Whose lines. */
type OfSession = { readonly data: string; readonly sessionId: string };

function folderOf({ tickets }: HoldPlaces, sessionId: string): string {
  const name = createHash("sha256").update(sessionId).digest("hex").slice(0, 20);
  return join(tickets, `${SHELL_LINES}${name}`);
}

/** What begins each Bash call of a session. While no line waits it is one test of a directory. */
function beginning({ data, sessionId }: OfSession): string {
  const places = holdPlaces(data);
  const folder = singleQuoted(folderOf(places, sessionId));
  return `if [ -d ${folder} ]; then sallyport_lines=${folder}; . ${singleQuoted(places.lines)}; fi\ntrue\n`;
}

/** Hands that to the client at a session's start. */
export function tellShellLines(
  file: string | undefined,
  configDirectory: string,
  session: OfSession,
): void {
  addSessionLines(file, configDirectory, beginning(session));
}

/** The same for the event of a start: `file` is what the client names to hooks of it. Any other event is passed over. */
export function tellAtStart(
  payload: Uint8Array,
  {
    file,
    home,
    data,
  }: { readonly file: string | undefined; readonly home: string; readonly data: string },
): void {
  const event = parseHookEvent(payload);
  if (event.kind !== "session-start") return;
  const config = configDirectoryOf(event.transcriptPath) ?? join(home, ".claude");
  tellShellLines(file, config, { data, sessionId: event.sessionId });
}

/** Whether the client has it. Without it a line runs as it is written. */
export function areShellLinesTold(configDirectory: string, session: OfSession): boolean {
  return hasSessionLines(configDirectory, session.sessionId, beginning(session));
}

/** Whether such a command waits already. */
export function waitsAsLine({ data, sessionId }: OfSession, command: string): boolean {
  const folder = folderOf(holdPlaces(data), sessionId);
  return waiting(folder).some((name) => readTextSync(join(folder, `${name}.cmd`)) === command);
}

/** Has a command run as `run` says when the client comes to it. Throws where the disk does not take it. */
export function addShellLine({ data, sessionId }: OfSession, command: string, run: string): void {
  const folder = folderOf(holdPlaces(data), sessionId);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const before = waiting(folder);
  const name = String(Math.max(-1, ...namesIn(folder).map(Number)) + 1);
  for (const [end, text] of [
    ["cmd", command],
    ["run", `${run}\n`],
  ] as const)
    writeFileSync(join(folder, `${name}.${end}`), text, { mode: 0o600, flag: "wx" });
  const list = [...before, name].slice(-WAITING_MAX);
  writeFileSync(join(folder, "next"), list.map((one) => `${one}\n`).join(""), { mode: 0o600 });
  renameSync(join(folder, "next"), join(folder, LIST_OF_LINES));
}

/** Forgets what waits of a session: nothing of it runs any more. */
export function endShellLines({ data, sessionId }: OfSession): void {
  rmSync(folderOf(holdPlaces(data), sessionId), { recursive: true, force: true });
}

function namesIn(folder: string): readonly string[] {
  return (readTextSync(join(folder, LIST_OF_LINES)) ?? "")
    .split("\n")
    .filter((name) => name !== "");
}

function waiting(folder: string): readonly string[] {
  return namesIn(folder).filter((name) => !existsSync(join(folder, `${name}.used`)));
}
