// Rooms whose processes stand still while a file tool of the client works on what was judged: nothing of the session can put another file there.
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { singleQuoted } from "#base/shell-quoting.ts";
import { ownStart, processState } from "#platform/processes.ts";
import {
  createStandstill,
  goOnBelow,
  hasStrangers,
  movingWith,
  sharingNumbers,
  type Standstill,
  userNamespace,
} from "#platform/standstill.ts";
import { namesIn } from "../../foundation/files/folder-listing.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";

/** A call of a file tool that is under way. */
export type StillCall = {
  readonly id: string;
  /** The agent within the session; undefined for its own. */
  readonly agentId: string | undefined;
  /** It changes files: the client runs nothing else of this agent beside it. */
  readonly isChange: boolean;
};

/** The standstills of sessions, by the names of their rooms. */
export type StillRooms = {
  /**
   * Nothing of the room moves from here on until `goOn` was called for each such call. False where something could not be stopped:
   * then all of it goes on, and nothing rests on it. `tooLong` is called should it go on before, because it stood for too long.
   */
  begin(key: string, call: StillCall, tooLong: () => void): Promise<boolean>;
  goOn(key: string, isOver: (call: StillCall) => boolean): void;
  /** A call of the room is about to be started: it waits while the room stands still. Throws where the disk does not take that. */
  admit(key: string): void;
  /** A call of the room is over. */
  forget(key: string, ticket: string): void;
  /** Lines for the shell that starts a call, its last ones before that. */
  gate(key: string, ticket: string): readonly string[];
  end(key: string): void;
  /** Lets go on what stands still, and what a process before this one left so. */
  stop(): void;
  recover(): void;
};

/** WHY no longer: who leaves a question at the terminal alone finds the servers of the session as they were. */
const STILL_MS_MAX = 60_000;
/** Looks before it is given up: who is stopped must be given a processor once, and a call that is being started ends its start. */
const LOOKS_MAX = 1_500;
/** Looks after which the next one waits, and from there on the longer. */
const LOOKS_AT_ONCE = 4;
const PAUSE_MS_MAX = 16;
/** After each so many looks processes are searched for in the whole machine, in case one is in no tree. */
const LOOKS_OF_TREES = 32;

/** The file that says that a room stands still, and because of which process. No ticket is called so. */
const MARK = "still";
/** How often a call that waits looks for it, 20 ms each time. */
const GATE_ROUNDS = 6_000;

type Still = {
  readonly calls: Map<string, StillCall>;
  readonly told: Set<() => void>;
  /** Looks are made one after the other. */
  last: Promise<boolean>;
  /** New calls wait. */
  isMarked: boolean;
  stopped: Standstill | undefined;
  timer: NodeJS.Timeout | undefined;
};

type StillOptions = {
  /** A folder for each room: of each call the process that starts it, and the mark. */
  readonly directory: string;
  readonly tickets: string;
  /** The first process of a room. */
  readonly keeperOf: (key: string) => number | undefined;
  /** Whether a call of the room may be started at any moment, or runs. */
  readonly isUsed: (key: string) => boolean;
  /** Further rights in which processes go on: those that start calls which share theirs. */
  readonly startedIn?: (key: string) => string | undefined;
  readonly stillMsMax?: number;
};

export function createStillRooms({
  directory,
  tickets,
  keeperOf,
  isUsed,
  startedIn = () => undefined,
  stillMsMax = STILL_MS_MAX,
}: StillOptions): StillRooms {
  const rooms = new Map<string, Still>();
  const folderOf = (key: string): string => join(directory, key);
  const markOf = (key: string): string => join(folderOf(key), MARK);

  const mark = (key: string, room: Still): void => {
    if (room.isMarked) return;
    const folder = folderOf(key);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // WHY in one step: a call that reads half of it would go on.
    writeFileSync(`${markOf(key)}.new`, `${process.pid} ${ownStart() ?? ""}\n`, { mode: 0o600 });
    renameSync(`${markOf(key)}.new`, markOf(key));
    room.isMarked = true;
    room.timer = setTimeout(() => {
      const told = [...room.told];
      release(key, room);
      for (const tell of told) tell();
    }, stillMsMax).unref();
  };

  const release = (key: string, room: Still): void => {
    clearTimeout(room.timer);
    room.timer = undefined;
    room.stopped?.goOn();
    room.stopped = undefined;
    if (room.isMarked) rmSync(markOf(key), { force: true });
    room.isMarked = false;
    room.calls.clear();
    room.told.clear();
    if (rooms.get(key) === room) rooms.delete(key);
  };

  /** Processes that start calls of a room, or started those that run; `starting` counts those whose command may not have begun. */
  const noted = (key: string): { readonly pids: readonly number[]; readonly starting: number } => {
    const pids: number[] = [];
    let starting = 0;
    for (const ticket of namesIn(folderOf(key))) {
      if (ticket.startsWith(MARK)) continue;
      const pid = runningIn(join(folderOf(key), ticket));
      if (pid === undefined) continue;
      pids.push(pid);
      if (!hasBegun(join(tickets, ticket))) starting += 1;
    }
    return { pids, starting };
  };

  const stopAll = async (key: string, room: Still): Promise<boolean> => {
    if (room.stopped !== undefined) return true;
    const keeper = keeperOf(key);
    const spared = sparedOf(keeper, startedIn(key));
    const isAlone = keeper === undefined || !hasStrangers(keeper, spared);
    if (isAlone && !isUsed(key) && noted(key).pids.length === 0) return true;
    mark(key, room);
    const stopped = createStandstill(spared);
    room.stopped = stopped;
    const movesOutOfTrees = (): boolean => keeper !== undefined && movingWith(keeper, spared) > 0;
    for (let look = 1; look <= LOOKS_MAX && room.stopped === stopped; look += 1) {
      const { pids, starting } = noted(key);
      const strays =
        look % LOOKS_OF_TREES === 0 && keeper !== undefined ? sharingNumbers(keeper) : [];
      const roots = [...(keeper === undefined ? [] : [keeper]), ...pids, ...strays];
      const isClean = stopped.look(roots) + starting === 0;
      // WHY twice: a process whose number was given anew may be passed over in one reading.
      if (isClean && !movesOutOfTrees() && !movesOutOfTrees()) return true;
      if (look > LOOKS_AT_ONCE) await sleep(Math.min(look >> 2, PAUSE_MS_MAX));
    }
    return false;
  };

  return {
    async begin(key, call, tooLong) {
      const room = rooms.get(key) ?? emptyRoom();
      rooms.set(key, room);
      room.calls.set(call.id, call);
      room.told.add(tooLong);
      room.last = room.last
        .then(() => stopAll(key, room))
        // WHY asked: it may be over, or have stood for too long, before it was its turn.
        .then((isStill) => isStill && room.calls.has(call.id))
        .catch(() => false)
        .then((isStill) => {
          if (!isStill) release(key, room);
          return isStill;
        });
      return await room.last;
    },
    goOn(key, isOver) {
      const room = rooms.get(key);
      if (room === undefined) return;
      for (const [id, call] of room.calls) if (isOver(call)) room.calls.delete(id);
      if (room.calls.size === 0) release(key, room);
    },
    admit(key) {
      mkdirSync(folderOf(key), { recursive: true, mode: 0o700 });
      const room = rooms.get(key);
      if (room !== undefined) mark(key, room);
    },
    forget(key, ticket) {
      const note = join(folderOf(key), ticket);
      if (runningIn(note) === undefined) rmSync(note, { force: true });
    },
    gate: (key, ticket) => gateLines(join(folderOf(key), ticket), markOf(key)),
    end(key) {
      const room = rooms.get(key);
      if (room !== undefined) release(key, room);
      rmSync(folderOf(key), { recursive: true, force: true });
    },
    stop() {
      for (const [key, room] of rooms) release(key, room);
    },
    recover() {
      for (const key of namesIn(directory)) {
        if (rooms.has(key) || !isLeft(markOf(key))) continue;
        const keeper = keeperOf(key);
        const shared = keeper === undefined ? [] : [keeper, ...sharingNumbers(keeper)];
        goOnBelow([...shared, ...noted(key).pids], sparedOf(keeper));
        rmSync(markOf(key), { force: true });
      }
    },
  };
}

function emptyRoom(): Still {
  return {
    calls: new Map(),
    told: new Set(),
    last: Promise.resolve(true),
    isMarked: false,
    stopped: undefined,
    timer: undefined,
  };
}

/** Programs of ours that hold calls run in these, and nothing that a session started does. */
function sparedOf(keeper: number | undefined, more?: string): ReadonlySet<string> {
  return new Set(
    [userNamespace("self"), keeper === undefined ? undefined : userNamespace(keeper), more].filter(
      (one) => one !== undefined,
    ),
  );
}

/**
 * WHY noted before the mark is looked for: whoever makes the mark reads the notes after it, so one of the two sees the other. WHY the
 * note is emptied while it waits: it is not one that begins.
 */
function gateLines(note: string, mark: string): readonly string[] {
  const [noteWord, markWord] = [singleQuoted(note), singleQuoted(mark)];
  return [
    "sallyport_rounds=0",
    "while \\builtin :; do",
    `{ IFS= \\builtin read -r sallyport_line </proc/self/stat && \\builtin printf %s "$sallyport_line" >|${noteWord}; } 2>/dev/null || \\builtin exit 126`,
    `{ IFS=" " \\builtin read -r sallyport_holder sallyport_line <${markWord}; } 2>/dev/null || \\builtin break`,
    '\\builtin kill -0 "$sallyport_holder" 2>/dev/null || \\builtin break',
    `\\builtin printf "" >|${noteWord}`,
    "sallyport_rounds=$((sallyport_rounds + 1))",
    `[ "$sallyport_rounds" -lt ${GATE_ROUNDS} ] || \\builtin exit 126`,
    "/bin/sleep 0.02",
    "done",
  ];
}

/** The process that a note tells of, where it still runs. */
function runningIn(file: string): number | undefined {
  // proc(5): what follows the name begins with field 3, and field 22 is the start.
  const [, word, rest = ""] = /^(\d+) \(.*\) (\S.*)$/s.exec(readTextSync(file) ?? "") ?? [];
  const started = rest.split(" ")[19];
  if (word === undefined || started === undefined) return undefined;
  const state = processState(Number(word));
  const isSame = state.kind === "running" && state.started?.endsWith(`:${started}`) === true;
  return isSame ? Number(word) : undefined;
}

/** Whether the command of a ticket began; of one that is gone it did. */
function hasBegun(ticket: string): boolean {
  if (statSync(ticket, { throwIfNoEntry: false }) === undefined) return true;
  return (statSync(join(ticket, "began"), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Whether a mark is there whose process is not. */
function isLeft(file: string): boolean {
  const text = readTextSync(file);
  if (text === undefined) return false;
  const [word = "", started = ""] = text.trim().split(" ");
  const state = processState(Number(word));
  return state.kind === "gone" || (started !== "" && state.started !== started);
}
