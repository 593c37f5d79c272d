// What a call costs through the service of a machine beside the daemon of one person, and what two hundred sessions of fifty accounts wait for, alone and beside an account that floods its judge.
import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { openGuardedProject } from "../client/guarded-stand.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { heavyPayloads } from "../surface/services/heavy/heavy-payloads.ts";
import { until } from "../until.ts";
import { type AccountsStand, type BenchAccount, openAccounts } from "./accounts-stand.ts";
import { atMost, type Figure, median, percentile, type Suite } from "./figures.ts";
import { openRawClient } from "./raw-client.ts";

const ACCOUNTS = 50;
const SESSIONS = 4;
const ROUNDS = 3;
/** Milliseconds of each part of a round, and between two calls of a session: one works, and does more than to ask. */
const PART_MS = 15_000;
const PAUSE_MS = 1_000;
const PAIR_ROUNDS = 5;
const PAIRS = 100;
const WARM_UP = 100;
/** Between two pairs: no account may send more than 200 events a second. */
const PAIR_PAUSE_MS = 17;
const PROCESSES = 30;
const LIGHT = { tool_name: "Bash", tool_input: { command: "cat README.md" } };

type Part = { readonly times: number[]; refused: number };

/** Takes both measurements on one machine of fifty accounts. */
export async function measureAccounts(): Promise<Suite> {
  const stand = await openAccounts(ACCOUNTS);
  try {
    for (const account of stand.accounts)
      await until("the account is judged", async () =>
        isAllowed(await account.post(call(account))),
      );
    const beside = await besideDaemon(stand);
    const processes = await asProcesses(stand);
    const shared = await sharing(stand);
    return {
      method:
        `A private copy of this system with ${ACCOUNTS} accounts and the service, reached at each account's socket as its hook does: a connection for each call. ` +
        `Beside the daemon: ${PAIR_ROUNDS} rounds of ${PAIRS} pairs of \`cat README.md\`, the other of the pair over an open connection to a daemon as \`init\` starts it; medians of the rounds. ` +
        `The hook as a process beside \`node -e 0\`: ${PROCESSES} pairs; a daemon's http hook needs none. ` +
        `Sharing: ${ROUNDS} rounds of ${PART_MS / 1_000} s each with one account at work, with all, and with all but one beside that one's heavy calls, ${SESSIONS} sessions for each account, one light call a second in each.`,
      figures: [...beside, ...processes, ...shared, ...memoryOf(stand)],
    };
  } finally {
    await stand.close();
  }
}

let calls = 0;
function call({ project }: Pick<BenchAccount, "project">, session = "warm", what: object = LIGHT) {
  calls += 1;
  const id = { session_id: session, cwd: project, tool_use_id: `toolu_${calls}` };
  return preToolUse({ ...id, ...what });
}

const isAllowed = (answer: string): boolean => answer.includes('"permissionDecision":"allow"');

/** What the service adds to a call over a person's own daemon, in turns. */
async function besideDaemon({ accounts }: AccountsStand): Promise<readonly Figure[]> {
  const [account] = accounts;
  if (account === undefined) throw new Error("there are no accounts");
  const guarded = openGuardedProject({ "README.md": "hello\n" });
  const settings = join(guarded.project, ".claude", "settings.local.json");
  const daemon = await openRawClient(readInstalledHook(settings));
  const timed = async (post: (body: string) => Promise<string>, body: string): Promise<number> => {
    const startMs = performance.now();
    const answer = await post(body);
    if (!isAllowed(answer)) throw new Error(`not allowed: ${answer.slice(0, 300)}`);
    return performance.now() - startMs;
  };
  const pairs = async (count: number): Promise<readonly (readonly [number, number])[]> => {
    const times: (readonly [number, number])[] = [];
    for (let at = 0; at < count; at += 1) {
      // TIME: the pace of the calls is part of what is measured.
      await new Promise((resolve) => setTimeout(resolve, PAIR_PAUSE_MS));
      const own = await timed(daemon.post, call(guarded));
      times.push([own, await timed(account.post, call(account))]);
    }
    return times;
  };
  try {
    await pairs(WARM_UP);
    const rounds: (readonly (readonly [number, number])[])[] = [];
    for (let at = 0; at < PAIR_ROUNDS; at += 1) rounds.push(await pairs(PAIRS));
    const of = (which: 0 | 1, share: number): readonly number[] =>
      rounds.map((round) =>
        percentile(
          round.map((pair) => pair[which]),
          share,
        ),
      );
    const added = (share: number): number =>
      median(of(1, share).map((value, at) => value - (of(0, share)[at] ?? Number.NaN)));
    return [
      { name: "a call of a person's own daemon, p50", value: median(of(0, 0.5)), unit: "ms" },
      { name: "a call of the machine's service, p50", value: median(of(1, 0.5)), unit: "ms" },
      atMost("added by the service, p50", added(0.5), "ms", 1),
      { name: "added by the service, p99", value: added(0.99), unit: "ms" },
    ];
  } finally {
    daemon.close();
    guarded.close();
  }
}

/** What the hook costs as the client starts it, beyond a process of node that does nothing. */
async function asProcesses({ accounts }: AccountsStand): Promise<readonly Figure[]> {
  const [account] = accounts;
  if (account === undefined) throw new Error("there are no accounts");
  const [program, words] = account.hook;
  const at = words.indexOf(process.execPath);
  const empty = [...words.slice(0, at + 1), "-e", "0"];
  const [floor, hook]: [number[], number[]] = [[], []];
  for (let round = 0; round < PROCESSES; round += 1) {
    floor.push(await ran(program, empty, ""));
    hook.push(await ran(program, words, call(account)));
  }
  const added = hook.map((value, round) => value - (floor[round] ?? Number.NaN));
  return [
    { name: "a process of node that does nothing", value: median(floor), unit: "ms" },
    { name: "the hook as a process", value: median(hook), unit: "ms" },
    { name: "added by the hook to an empty process", value: median(added), unit: "ms" },
  ];
}

function ran(program: string, words: readonly string[], input: string): Promise<number> {
  const startMs = performance.now();
  const child = spawn(program, words, {
    cwd: "/",
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (piece) => (output += String(piece)));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) =>
    child.once("close", () => {
      if (input === "" || isAllowed(output)) resolve(performance.now() - startMs);
      else reject(new Error(`the hook did not allow: ${output.slice(0, 300)}`));
    }),
  );
}

/** One account at work, all of them, and all but one beside that one's heavy calls. */
async function sharing({ accounts }: AccountsStand): Promise<readonly Figure[]> {
  const [heavyOne, one, ...rest] = accounts;
  if (heavyOne === undefined || one === undefined) throw new Error("there are no accounts");
  const [alone, all, beside]: [Part, Part, Part] = [part(), part(), part()];
  const heavy = { times: [] as number[], late: 0, cut: 0 };
  await lights(accounts, part());
  for (let round = 0; round < ROUNDS; round += 1) {
    await lights([one], alone);
    await lights(accounts, all);
    let isOver = false;
    const flood = flooding(heavyOne, heavy, () => isOver);
    await lights([one, ...rest], beside);
    isOver = true;
    await flood;
  }
  const rows = (name: string, { times, refused }: Part): readonly Figure[] => [
    { name: `${name}, calls`, value: times.length, unit: "" },
    { name: `${name}, p50`, value: percentile(times, 0.5), unit: "ms" },
    { name: `${name}, p99`, value: percentile(times, 0.99), unit: "ms" },
    { name: `${name}, longest`, value: Math.max(...times), unit: "ms" },
    { ...atMost(`${name}, not allowed`, refused, "", 0), goal: "0" },
  ];
  const p99 = ({ times }: Part): number => percentile(times, 0.99);
  return [
    ...rows("one account", alone),
    ...rows("all accounts", all),
    ...rows("all beside a heavy one", beside),
    atMost("p99 of all beside one alone", p99(all) / p99(alone), "x", 2),
    atMost("p99 of all beside a heavy one and without", p99(beside) / p99(all), "x", 2),
    { name: "heavy calls", value: heavy.times.length, unit: "" },
    { name: "heavy calls, p50", value: percentile(heavy.times, 0.5), unit: "ms" },
    { name: "heavy calls refused for time", value: heavy.late, unit: "" },
    { name: "heavy calls not answered", value: heavy.cut, unit: "" },
  ];
}

const part = (): Part => ({ times: [], refused: 0 });

/** Has every session of these accounts send a light call a second, for as long as a part takes. */
async function lights(accounts: readonly BenchAccount[], into: Part): Promise<void> {
  const sessions = accounts.flatMap((account) =>
    Array.from({ length: SESSIONS }, (_, at) => ({ account, session: `light-${at}` })),
  );
  const endMs = performance.now() + PART_MS;
  await Promise.all(
    sessions.map(async ({ account, session }, at) => {
      // TIME: the pace of the calls is part of what is measured; sessions do not begin together.
      // TIME: sessions begin one after the other, as people's do.
      await new Promise((resolve) => setTimeout(resolve, (PAUSE_MS * at) / sessions.length));
      while (performance.now() < endMs) {
        const body = call(account, session);
        const startMs = performance.now();
        if (!isAllowed(await account.post(body))) into.refused += 1;
        into.times.push(performance.now() - startMs);
        // TIME: between two calls an agent thinks.
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }),
  );
}

/** Has all sessions of an account send what takes long to judge, one after the other. */
async function flooding(
  account: BenchAccount,
  into: { readonly times: number[]; late: number; cut: number },
  isOver: () => boolean,
): Promise<void> {
  const payloads = heavyPayloads(account.project);
  await Promise.all(
    Array.from({ length: SESSIONS }, async (_, at) => {
      for (let turn = at; !isOver(); turn += 1) {
        const [, what] = payloads[turn % payloads.length] ?? [];
        const startMs = performance.now();
        const answer = await account.post(call(account, `heavy-${at}`, what));
        into.times.push(performance.now() - startMs);
        if (answer === "") into.cut += 1;
        if (answer.includes("guard/timeout")) into.late += 1;
      }
    }),
  );
}

function memoryOf(stand: AccountsStand): readonly Figure[] {
  const [supervisor = Number.NaN, ...judges] = stand.memory();
  return [
    { name: "judges that run", value: judges.length, unit: "" },
    { name: "memory of the service", value: supervisor, unit: "MiB" },
    { name: "memory of a judge, median", value: median(judges), unit: "MiB" },
  ];
}
