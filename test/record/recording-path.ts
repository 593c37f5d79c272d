// The product's own path from a payload of the client to an entry of the log, in one process and with a clock of its own.
import { join } from "node:path";
import { type GitFacts, queryKey } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log } from "#record/store/writing-log.ts";
import { contentPorts } from "#surface/services/content/content-ports.ts";
import { createFeed } from "#surface/services/daemon-process/feed.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import { type AnswerQueries, judgeCall } from "#surface/services/facts/judge.ts";
import { createHoldPort } from "#surface/services/hold/hold-port.ts";
import { createAppend } from "#surface/services/hooks/audit-append.ts";
import { createHookAnswers } from "#surface/services/hooks/hook-answers.ts";
import { createRecorder } from "#surface/services/hooks/recorder.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { madeUpMachine } from "../made-up-machine.ts";
import { plainPorts } from "../surface/daemon/daemon-stand.ts";

export type RecordingPath = {
  readonly log: Log;
  nowMs(): number;
  setMs(nowMs: number): void;
  /** What answers the client of a person: a payload in, the answer out, and the log has the event. */
  answersOf(user: string, policy?: Policy): (payload: object) => Promise<unknown>;
};

/** Opens a log in a data directory, and the path that fills it. */
export async function openRecordingPath(data: string, startMs: number): Promise<RecordingPath> {
  let nowMs = startMs;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs - startMs };
  const [logPlace, keys] = [join(data, "log"), join(data, "keys")];
  const log = await openLog({ log: logPlace, keys, clock, productVersion: "0.1.0" });
  const { installSubject } = await readEventKeys(keys);
  const answersOf = (user: string, inForce = loadPolicy()) => {
    const machine = { home: `/home/${user}`, ownPaths: [data], user };
    const hold = createHoldPort({
      data,
      home: machine.home,
      nowMs: clock.nowMs,
      hosts: NO_HOSTS,
      // WHY made up: whether this machine can hold calls is no part of what is recorded.
      standing: async () => ({
        works: true,
        programs: { bwrap: "/usr/bin/bwrap", join: undefined },
      }),
    });
    const append = createAppend({
      machine,
      clock,
      late: "daemon",
      stamp: log.stamp,
      write: (events, how) => Promise.all(events.map((event) => log.append(event, how))),
    });
    const policy = () => inForce;
    const ports = plainPorts([], {
      clock,
      hold,
      ...contentPorts(policy, installSubject),
      judge: createJudge({
        ...machine,
        policy,
        data,
        judgeWith: (input) => judgeCall({ ...input, answer: answerFor(machine.home) }),
      }),
      // WHY never durable: a slow disk would put a mark of its own on record, and the events are the same each time.
      append: async (observation) => {
        await append(observation, { durable: false });
      },
    });
    const recorder = createRecorder(ports, () => Date.now());
    const answer = createHookAnswers(ports, recorder, createFeed());
    const project = { id: `${user}000000000000000`.slice(0, 16), root: `/home/${user}/shop` };
    return (payload: object) => answer(project, Buffer.from(JSON.stringify(payload)));
  };
  return {
    log,
    answersOf,
    nowMs: clock.nowMs,
    setMs: (ms) => {
      nowMs = ms;
    },
  };
}

/** A machine that is made up, with a repository in each home that has one remote. */
function answerFor(home: string): AnswerQueries {
  const machine = madeUpMachine([], { home });
  const repository: GitFacts = {
    root: `${home}/shop`,
    gitDirectory: `${home}/shop/.git`,
    branch: "main",
    upstream: { remote: "origin", branch: "main" },
    remotes: new Map([["origin", "git@git.shop.example:team/shop.git"]]),
    movedRemotes: new Set(),
    aliases: new Map(),
    executes: new Map(),
    executesOwn: new Set(),
    hooks: [],
    push: new Map(),
  };
  return async (queries) => {
    const answers = new Map(await machine(queries));
    for (const query of queries)
      if (query.kind === "git") answers.set(queryKey(query), { kind: "git", repository });
    return answers;
  };
}

const none = (): undefined => undefined;
/** No proxy: nothing that is recorded asks a host for real. */
const NO_HOSTS = {
  open: async () => undefined,
  openReading: async () => undefined,
  close: none,
  end: none,
  stop: none,
  takeRefused: none,
  takeLost: () => 0,
  takeExchanged: () => [],
  serve: () => Promise.resolve(),
  takeTaken: () => [],
  servedPorts: () => new Set<number>(),
  machine: {
    open: async () => undefined,
    takeReached: () => [],
    portsIn: () => [],
    end: none,
    stop: none,
  },
};
