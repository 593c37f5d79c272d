// Folders of the calls' own in place of those in which they change files with views: made before a call, put back and taken away after it.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { printable } from "#base/printable.ts";
import { singleQuoted } from "#base/shell-quoting.ts";
import type { WrittenFolder } from "#guard/hold/profile.ts";
import { processStart } from "#platform/processes.ts";
import { entriesOf } from "../places/entries.ts";
import { type MadeEntry, type MadeFolder, stateOf } from "./made-entries.ts";
import type { MadeFiles } from "./made-files.ts";
import { restoreBroken, writeBack } from "./write-back.ts";

type RecordOfCall = { readonly session: string; readonly folders: readonly MadeFolder[] };

const TICKET = /^[0-9a-f]{20}$/;
const RECORD = "record.json";
/** Says that the command came to its end. */
const DONE = "done";
/** Ends the name of what is being put back, behind the process that does it. */
const TAKEN = /^([0-9a-f]{20})\.(\d+)\.taken$/;
/** Sessions to which something is to be told. */
const TOLD_MAX = 64;

/** Opens the folders of calls below a directory of ours. `isClosed`: whether the ticket of a call was taken back. */
export function createMadeFolders(
  directory: string,
  {
    isClosed,
    nowMs,
    ageMsMax,
    note,
  }: {
    readonly isClosed: (ticket: string) => boolean;
    readonly nowMs: () => number;
    /** How long a call may take to begin. */
    readonly ageMsMax: number;
    /** Told of what the call of a session left in a file that the session alone made. */
    readonly note: MadeFiles["note"];
  },
) {
  const told = new Map<string, string[]>();
  let last: Promise<void> = Promise.resolve();

  const putBack = async (ticket: string): Promise<void> => {
    const place = join(directory, `${ticket}.${process.pid}.taken`);
    // WHY so: of several processes one does it.
    renameSync(join(directory, ticket), place);
    const { session, folders } = readRecord(place);
    const isDone = existsSync(join(place, DONE));
    const said: string[] = [];
    for (const folder of isDone ? folders : []) {
      const own = { ...folder, from: join(place, String(folder.number)) };
      try {
        const noted = (path: string, bytes: Uint8Array): void => note(session, path, bytes);
        said.push(...(await writeBack(own, { keep: place, noted })));
      } catch {
        restoreBroken([own], place);
        said.push(`\`${printable(folder.path)}\`: not all of it could be written`);
      }
    }
    rmSync(place, { recursive: true, force: true });
    if (said.length > 0) told.set(session, [...(told.get(session) ?? []), ...said]);
    if (told.size > TOLD_MAX) told.delete([...told.keys()][0] ?? "");
  };

  const look = async (ended?: string): Promise<void> => {
    for (const { name } of entriesOf(directory)) {
      try {
        const [, , pid] = TAKEN.exec(name) ?? [];
        if (pid !== undefined) {
          if (processStart(Number(pid)) !== undefined) continue;
          const place = join(directory, name);
          restoreBroken(readRecord(place).folders, place);
          rmSync(place, { recursive: true, force: true });
        } else if (TICKET.test(name) && isOver(name, ended)) await putBack(name);
      } catch {
        // Another process does it, or the disk does not let anybody: the file is as it was.
      }
    }
  };

  const isOver = (ticket: string, ended: string | undefined): boolean => {
    const place = join(directory, ticket);
    if (existsSync(join(place, DONE)) || isClosed(ticket)) return true;
    // WHY not by the record: it is written last.
    const status = lstatSync(place);
    if (nowMs() - status.mtimeMs > ageMsMax) return true;
    return ended !== undefined && readRecord(place).session === ended;
  };

  return {
    /** Makes the folders of a call that is to begin. Throws where the disk does not take it. */
    make(ticket: string, session: string, folders: readonly WrittenFolder[]): void {
      if (folders.length === 0) return;
      const place = join(directory, ticket);
      mkdirSync(place, { recursive: true, mode: 0o700 });
      const made = folders.map((folder, number) => makeFolder(folder, number, place));
      const record: RecordOfCall = { session, folders: made };
      writeFileSync(join(place, RECORD), JSON.stringify(record), { mode: 0o600, flush: true });
    },
    /** The line of the shell that started the call, once it is over. */
    after(ticket: string): string {
      return `\\builtin printf . >|${singleQuoted(join(directory, ticket, DONE))}\n`;
    },
    /** Puts back what calls wrote that are over, those of a session that `ended` among them. Never rejects. */
    settle(ended?: string): Promise<void> {
      last = last.then(() => look(ended)).catch(() => undefined);
      return last;
    },
    /** What was not put back of calls of a session, each in words; told once. */
    takeTold(session: string): readonly string[] {
      const said = told.get(session) ?? [];
      told.delete(session);
      return said;
    },
  };
}

function readRecord(place: string): RecordOfCall {
  return JSON.parse(readFileSync(join(place, RECORD), "utf8")) as RecordOfCall;
}

function makeFolder(folder: WrittenFolder, number: number, place: string): MadeFolder {
  const { path, from, top, isOutside, changed, fresh } = folder;
  const { mode } = lstatSync(path);
  mkdirSync(from, { mode: 0o700 });
  const entries = folder.entries.map((entry, at): MadeEntry => {
    const own = join(from, entry.name);
    const kept = `given-${number}-${at}`;
    const not = { isView: false, isMade: false, mayGo: false } as const;
    const none = { name: entry.name, ...not, mode: 0, kept } as const;
    switch (entry.as) {
      case "link":
        symlinkSync(entry.to, own);
        return none;
      case "bound":
      case "covered":
        if (entry.isDirectory) mkdirSync(own);
        else writeFileSync(own, "", { mode: 0o600 });
        return none;
      case "view":
      case "copy": {
        const status = lstatSync(join(path, entry.name));
        const bits = status.mode & 0o7777;
        copyFileSync(entry.as === "view" ? entry.view : join(path, entry.name), join(place, kept));
        copyFileSync(join(place, kept), own);
        chmodSync(own, bits);
        utimesSync(own, status.mtime, status.mtime);
        const isMade = entry.as === "view" && entry.isMade === true;
        const isView = entry.as === "view";
        const mayGo = entry.as === "view" && entry.mayGo === true;
        return { ...none, isView, isMade, mayGo, state: stateOf(status), mode: bits };
      }
      default:
        return entry satisfies never;
    }
  });
  chmodSync(from, mode & 0o7777);
  return { path, from, top, isOutside, changed, fresh, number, entries };
}
