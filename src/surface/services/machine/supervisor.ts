// The service of a machine: a socket for each account, and what comes in there is given to that account's judge.
import { chmodSync, chownSync, rmSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import { type Account, accountOf, isUserNumber } from "#platform/accounts.ts";
import { listenAtPath, streamServer } from "../../foundation/network/listening.ts";
import { prepareData, prepareMachine, prepareSocketFolder } from "./account-folders.ts";
import { followKnocks, type Knock } from "./knocks.ts";
import { type MachineFolders, socketPath } from "./places.ts";
import { createSeat, type JudgeStart, type Seat } from "./seat.ts";

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

type Place = { readonly seat: Seat; close(): void };

/** Runs it. Throws a Failure `machine` where its folders are not as they must be. */
export async function supervise(options: SupervisorOptions): Promise<Supervisor> {
  const { folders, group, say } = options;
  prepareMachine(folders, group);
  const places = new Map<number, Promise<Place>>();
  const open = (account: Account): Promise<unknown> => {
    const known = places.get(account.uid);
    if (known !== undefined) return known;
    if (places.size >= ACCOUNTS_MAX) {
      say(`user ${account.uid} gets no socket: there are ${ACCOUNTS_MAX}`);
      return Promise.resolve();
    }
    const place = openPlace(account, options);
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
      clearInterval(timer);
      const all = await Promise.allSettled(places.values());
      const open = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      for (const place of open) place.close();
      await Promise.all(open.map(({ seat }) => seat.end()));
    },
  };
}

/** An account that the user database does not know, as in containers. */
function unnamed({ uid, gid }: Knock): Account {
  return { name: String(uid), uid, gid, home: "/" };
}

/**
 * INVARIANT: only the account may connect, because the socket is its own and closed to others; nobody else can put a socket there,
 * because the folder is the administrator's. So a connection proves its account. test/surface/services/machine tries both.
 */
async function openPlace(account: Account, options: SupervisorOptions): Promise<Place> {
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
  const seat = createSeat(begin, { nowMs, say: sayOf });
  const server = streamServer({ pauseOnConnect: true });
  server.on("connection", (socket) => {
    socket.on("error", () => undefined);
    seat.take(socket);
  });
  await listenAtPath(server, {
    ...{ path, connections: CONNECTIONS_MAX },
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
