// Which calls reach hosts through this process, noted on disk: what runs on when the process ends has lost them.
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { writeOwnFile } from "../../../foundation/files/own-file.ts";
import { readPrivateFile } from "../../../foundation/files/private-file.ts";

/** What is noted. Never throws: a disk that takes no note costs a line, and no call. */
export type Reaching = {
  begin(room: string, ticket: string): void;
  end(ticket: string): void;
  /** How many calls of the room an earlier process left without their hosts; told once. */
  takeLost(room: string): number;
  /** The room is given up. */
  drop(room: string): void;
};

const NoteSchema = v.object({
  /** The process that wrote it. */
  by: v.string(),
  tickets: v.pipe(v.array(v.string()), v.maxLength(4_096)),
});

/** Nothing is noted. */
export const NO_NOTES: Reaching = {
  begin: () => undefined,
  end: () => undefined,
  takeLost: () => 0,
  drop: () => undefined,
};

/** Keeps the notes in a directory, one file for each room. `by` names the process. */
export function openReaching(directory: string, by: string = randomUUID()): Reaching {
  const rooms = new Map<string, Set<string>>();
  const lost = new Map<string, number>();
  const fileOf = (room: string): string => join(directory, `${room}.reaching`);
  const ofRoom = (room: string): Set<string> => {
    const known = rooms.get(room);
    if (known !== undefined) return known;
    const tickets = new Set<string>();
    rooms.set(room, tickets);
    const note = readNote(fileOf(room));
    if (note !== undefined && note.by !== by) {
      lost.set(room, note.tickets.length);
      rmSync(fileOf(room), { force: true });
    }
    return tickets;
  };
  const write = (room: string, tickets: ReadonlySet<string>): void => {
    if (tickets.size === 0) return rmSync(fileOf(room), { force: true });
    writeOwnFile(fileOf(room), JSON.stringify({ by, tickets: [...tickets] }), 0o600);
  };
  const quietly = <Value>(action: () => Value, otherwise: Value): Value => {
    try {
      return action();
    } catch {
      return otherwise;
    }
  };
  return {
    begin(room, ticket) {
      quietly(() => write(room, ofRoom(room).add(ticket)), undefined);
    },
    end(ticket) {
      for (const [room, tickets] of rooms)
        if (tickets.delete(ticket)) quietly(() => write(room, tickets), undefined);
    },
    takeLost(room) {
      quietly(() => void ofRoom(room), undefined);
      const count = lost.get(room) ?? 0;
      lost.delete(room);
      return count;
    },
    drop(room) {
      rooms.delete(room);
      lost.delete(room);
      quietly(() => rmSync(fileOf(room), { force: true }), undefined);
    },
  };
}

function readNote(file: string): v.InferOutput<typeof NoteSchema> | undefined {
  const text = readPrivateFile(file, { secret: true });
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), NoteSchema), text);
  return read.success ? read.output : undefined;
}
