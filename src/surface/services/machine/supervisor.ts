// The service of a machine: a socket for each account, and what comes in there is given to that account's judge.
import { chmodSync, chownSync, rmSync } from "node:fs";
import { connect, type Server } from "node:net";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { type Account, accountOf, isUserNumber } from "#platform/accounts.ts";
import { type ClientLook, createClientLook, startOf } from "#platform/client-processes.ts";
import { parentOf } from "#platform/processes.ts";
import { listenAtPath, streamServer } from "../../foundation/network/listening.ts";
import { prepareData, prepareMachine, prepareSocketFolder } from "./account-folders.ts";
import { createClientWatch, type Notice } from "./client-watch.ts";
import { followKnocks, type Knock } from "./knocks.ts";
import { keepNotice } from "./notices.ts";
import { type MachineFolders, servicePath, socketPath } from "./places.ts";
import { createSeat, JUDGE_NOTICE, type JudgeStart, type Seat } from "./seat.ts";

export type SupervisorOptions = {
  readonly folders: MachineFolders;
  /** The number of the group of judges. */
  readonly group: number;
  /** Those who get a socket at once; others ask for theirs. */
  readonly accounts: readonly Account[];
  /** How the judge of an account is started. */
  readonly judge: (account: Account, data: string) => JudgeStart;
  readonly say: (line: string) => void;
  readonly nowMs: () => number;
  /** Finds clients that run; tests name their own. */
  readonly clients?: ClientLook;
  /** Default: `accountOf`. */
  readonly find?: (uid: number) => Account | undefined;
};

/** A supervisor that runs. */
export type Supervisor = { end(): Promise<void> };

/** Connections of one account that its judge has not taken yet: whoever opens more waits for nobody and keeps nobody waiting. */
const CONNECTIONS_MAX = 128;
const ACCOUNTS_MAX = 10_000;
const IDLE_MS = 30 * 60_000;
const IDLE_LOOK_MS = 60_000;
const CLIENT_LOOK_MS = 3_000;
/** Processes between a hook and its client: shells, and what a version manager puts there. */
const ANCESTORS_MAX = 4;

type Place = { readonly seat: Seat; close(): void };

/** Runs it. Throws a Failure `machine` where its folders are not as they must be. */
export async function supervise(options: SupervisorOptions): Promise<Supervisor> {
  const { folders, group, say } = options;
  prepareMachine(folders, group);
  const alone = await beAlone(servicePath(folders));
  const places = new Map<number, Promise<Place>>();
  const watch = createClientWatch();
  const heard = (uid: number, pid: number): void => watch.heard(uid, lineageOf(pid));
  const open = (account: Account): Promise<unknown> => {
    const known = places.get(account.uid);
    if (known !== undefined) return known;
    if (places.size >= ACCOUNTS_MAX) {
      say(`user ${account.uid} gets no socket: there are ${ACCOUNTS_MAX}`);
      return Promise.resolve();
    }
    const place = openPlace(account, options, (pid) => heard(account.uid, pid));
    places.set(account.uid, place);
    return place.catch((cause: unknown) => {
      places.delete(account.uid);
      say(
        `user ${account.uid} gets no socket: ${cause instanceof Error ? cause.message : "unknown"}`,
      );
    });
  };
  await Promise.all(options.accounts.map(open));
  const find = options.find ?? accountOf;
  const endKnocks = followKnocks(folders, (knock) => {
    if (isUserNumber(knock.uid) && !places.has(knock.uid))
      void open(find(knock.uid) ?? unnamed(knock));
  });
  const notice = ({ what, client }: Notice): void => {
    const { uid, pid, started } = client;
    const account = find(uid) ?? unnamed({ uid, gid: uid });
    say(noticeText(what, { ...client, account: account.name }));
    try {
      const line = { uid, pid, what, account: account.name, program: client.program };
      keepNotice(folders, { time: new Date().toISOString(), ...line });
    } catch (cause) {
      say(`what was noticed is not kept: ${cause instanceof Error ? cause.message : "unknown"}`);
    }
    // The account's own record has it too, beside its calls.
    void Promise.resolve(open(account)).then(
      async () => (await places.get(uid))?.seat.tell(`${JUDGE_NOTICE}${what} ${pid}-${started}`),
      () => undefined,
    );
  };
  const endLooks = lookEvery(options.clients ?? createClientLook(), say, (clients) => {
    for (const one of watch.look(clients, options.nowMs())) notice(one);
  });
  const timer = setInterval(() => {
    for (const place of places.values())
      void place.then(
        ({ seat }) => void (seat.idleMs() > IDLE_MS && seat.rest()),
        () => undefined,
      );
  }, IDLE_LOOK_MS);
  return {
    async end() {
      endKnocks();
      endLooks();
      clearInterval(timer);
      const all = await Promise.allSettled(places.values());
      const open = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      for (const place of open) place.close();
      await Promise.all(open.map(({ seat }) => seat.end()));
      // WHY last: the next one's judges would find these at work with their data.
      alone.close();
    },
  };
}

/**
 * WHY one for each machine: a second one, as of another version that somebody starts by hand, would take the sockets, its judges would
 * find the first one's at work with their data, and every call would be refused. WHY a socket and no number of a process: who is dead
 * answers nobody. Throws a Failure `machine`.
 */
async function beAlone(path: string): Promise<Server> {
  const isOther = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
  if (isOther)
    throw new Failure(
      "machine",
      "another service guards this machine already; end that one first, with `systemctl stop sallyport` or where it was started",
    );
  rmSync(path, { force: true });
  const server = streamServer({}, (socket) => socket.destroy());
  await listenAtPath(server, {
    path,
    connections: 1,
    failure: (cause) => new Failure("machine", `cannot listen at \`${path}\``, { cause }),
  });
  chmodSync(path, 0o600);
  return server;
}

/** What an administrator reads of a client that was noticed. */
export function noticeText(
  what: Notice["what"],
  {
    account,
    uid,
    pid,
    program,
  }: Record<"account" | "program", string> & Record<"uid" | "pid", number>,
): string {
  const why = {
    silent: "runs and no hook of it told of its session: nobody judges its calls",
    covered: "sees other managed settings than this machine's: something is mounted over them",
  }[what];
  return printable(
    `NOTICED: a client of ${account} (user ${uid}, process ${pid}, ${program}) ${why}`,
  );
}

/** A process and those above it, the nearest first. */
function lineageOf(pid: number): readonly { readonly pid: number; readonly started: string }[] {
  const found: { readonly pid: number; readonly started: string }[] = [];
  for (let at = pid; Number.isSafeInteger(at) && at > 1 && found.length < ANCESTORS_MAX; ) {
    const started = startOf(at);
    if (started !== undefined) found.push({ pid: at, started });
    at = parentOf(at) ?? 0;
  }
  return found;
}

/** Looks again and again, never twice at once; the function ends it. */
function lookEvery(
  look: ClientLook,
  say: (line: string) => void,
  found: (clients: Awaited<ReturnType<ClientLook>>) => void,
): () => void {
  let isLooking = false;
  let hasFailed = false;
  const one = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      found(await look());
      hasFailed = false;
    } catch (cause) {
      if (!hasFailed)
        say(`clients are not watched: ${cause instanceof Error ? cause.message : "unknown"}`);
      hasFailed = true;
    } finally {
      isLooking = false;
    }
  };
  void one();
  const timer = setInterval(() => void one(), CLIENT_LOOK_MS);
  return () => clearInterval(timer);
}

/** An account that the user database does not know, as in containers. */
function unnamed({ uid, gid }: Knock): Account {
  return { name: String(uid), uid, gid, home: "/" };
}

/**
 * INVARIANT: only the account may connect, because the socket is its own and closed to others; nobody else can put a socket there,
 * because the folder is the administrator's. So a connection proves its account. test/surface/services/machine tries both.
 */
async function openPlace(
  account: Account,
  options: SupervisorOptions,
  heard: (pid: number) => void,
): Promise<Place> {
  const { folders, group, judge, say, nowMs } = options;
  const { uid } = account;
  prepareSocketFolder(folders, uid);
  const path = socketPath(folders, uid);
  rmSync(path, { force: true });
  const sayOf = (line: string): void => say(`user ${uid}: ${line}`);
  const begin = (): JudgeStart => {
    const { data, aside } = prepareData(folders, account, group);
    if (aside !== undefined) sayOf(`the data of another account with this number are at ${aside}`);
    return judge(account, data);
  };
  const seat = createSeat(begin, { nowMs, say: sayOf, heard });
  const server = streamServer({ pauseOnConnect: true });
  server.on("connection", (socket) => {
    socket.on("error", () => undefined);
    seat.take(socket);
  });
  await listenAtPath(server, {
    path,
    connections: CONNECTIONS_MAX,
    failure: (cause) => new Failure("machine", `cannot listen at \`${path}\``, { cause }),
  });
  // WHY in this order: whoever gets a file that others may still open has nothing of its own yet.
  chmodSync(path, 0o600);
  chownSync(path, uid, account.gid);
  return {
    seat,
    close() {
      server.close();
      rmSync(path, { force: true });
    },
  };
}
