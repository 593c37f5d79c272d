// What it costs that held git reaches its remote by somebody outside: fetches and pushes of nothing and of 100 MB, over ssh and http, beside the same in a plain shell.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { heldMachine, type HeldMachine } from "../surface/services/hold/held.ts";
import { serveHttp, serveSsh } from "../surface/services/hold/remotes/git-servers.ts";
import { atMost, type Figure, median, type Suite } from "./figures.ts";

const MB = 100;
const ROUNDS = 3;
const SMALL_ROUNDS = 15;
const RATIO = 1.1;
const ADDED_MS = 15;
const MEMORY_MIB = 60;
const LIMIT_MS = 120_000;

/** How a remote is reached: its address by the name of a repository, and what git takes its effect for. */
type Way = {
  readonly name: "ssh" | "http";
  address(repository: string): string;
  readonly destination: { readonly host: string; readonly port: number | undefined };
};
type Measured = { readonly outside: readonly number[]; readonly held: readonly number[] };

/** Measures git in a plain shell and in held calls, in turns, each by the time that it takes itself. */
export async function measureRemotes(): Promise<Suite> {
  const machine = await heldMachine({});
  if (machine.trouble !== undefined)
    throw new Error(`calls cannot be held here: ${machine.trouble}`);
  const served = join(machine.root, "served");
  mkdirSync(served);
  const http = await serveHttp(served, `ada:${machine.canary}`);
  const ssh = await serveSsh(join(machine.root, "sshd"), machine.home, machine.uid);
  try {
    machine.file(
      join(machine.home, ".git-credentials"),
      `http://ada:${machine.canary}@git.example%3a${http.port}\n`,
    );
    await outside(
      machine,
      `git config --global http.curloptResolve git.example:${http.port}:127.0.0.1
      git config --global credential.helper store
      git config --global core.sshCommand '${ssh.command}'
      git config --global user.name Ada; git config --global user.email ada@example.test
      git config --global init.defaultBranch main; git config --global gc.auto 0
      git init -q .; git commit -q --allow-empty -m first; git branch base
      for n in $(seq ${MB}); do head -c 1000000 /dev/urandom > part-$n; done
      git add .; git commit -qm large; git repack -qad; git checkout -q base; git branch -q -m main large
      git init -q --bare ../../served/large.git; git push -q ../../served/large.git large base
      git -C ../../served/large.git symbolic-ref HEAD refs/heads/base`,
    );
    const ways: readonly Way[] = [
      {
        name: "ssh",
        address: (repository) => `${ssh.user}@git.example:${served}/${repository}`,
        destination: { host: "git.example", port: undefined },
      },
      {
        name: "http",
        address: (repository) => `http://git.example:${http.port}/${repository}`,
        destination: { host: "git.example", port: http.port },
      },
    ];
    const figures: Figure[] = [];
    for (const way of ways) figures.push(...(await figuresOf(machine, way)));
    return {
      method: `Git by the time that it takes itself, in a plain shell and in a held call in turns, medians of ${ROUNDS} rounds (${SMALL_ROUNDS} where nothing is carried). ${MB} MB are ${MB} files that do not get smaller; a real ssh daemon and git's own program for http on this machine. Memory is what the process that reaches the remotes takes at most beyond what it had before.`,
      figures,
    };
  } finally {
    http.close();
    ssh.close();
    await machine.remove();
  }
}

async function figuresOf(machine: HeldMachine, way: Way): Promise<readonly Figure[]> {
  const large = way.address("large.git");
  const nothing = await inTurns(machine, way, {
    rounds: SMALL_ROUNDS,
    url: () => large,
    line: (url) => `git fetch -q ${url} base`,
  });
  const nothingPushed = await inTurns(machine, way, {
    rounds: SMALL_ROUNDS,
    url: () => large,
    line: (url) => `git push -q ${url} base`,
    push: "base",
  });
  const before = memoryKib(machine, "VmRSS");
  forgetPeak(machine);
  const fetched = await inTurns(machine, way, {
    rounds: ROUNDS,
    url: () => large,
    prepare: "rm -rf copy; git init -q copy",
    line: (url) => `git -C copy fetch -q ${url} large`,
  });
  const pushed = await inTurns(machine, way, {
    rounds: ROUNDS,
    url: (round) => way.address(`${round}.git`),
    prepare: (round) =>
      `rm -rf ../../served/*-${way.name}.git ../../served/${round}.git; git init -q --bare ../../served/${round}.git; git -C ../../served/${round}.git config http.receivepack true`,
    line: (url) => `git push -q ${url} large`,
    push: "large",
  });
  const grownMib = (memoryKib(machine, "VmHWM") - before) / 1024;
  const added = (name: string, { outside: plain, held }: Measured): Figure =>
    atMost(
      `${name} over ${way.name}, added`,
      median(held.map((ms, at) => ms - (plain[at] ?? Number.NaN))),
      "ms",
      ADDED_MS,
    );
  const times = (name: string, { outside: plain, held }: Measured): readonly Figure[] => [
    { name: `${name} of ${MB} MB over ${way.name}, outside`, value: median(plain), unit: "ms" },
    atMost(
      `${name} of ${MB} MB over ${way.name}, times outside`,
      median(held.map((ms, at) => ms / (plain[at] ?? Number.NaN))),
      "x",
      RATIO,
    ),
  ];
  return [
    added("fetch of nothing", nothing),
    added("push of nothing", nothingPushed),
    ...times("fetch", fetched),
    ...times("push", pushed),
    atMost(`memory while ${MB} MB go over ${way.name}`, grownMib, "MiB", MEMORY_MIB),
  ];
}

async function inTurns(
  machine: HeldMachine,
  { name, destination }: Way,
  how: {
    readonly rounds: number;
    url(round: string): string;
    readonly prepare?: string | ((round: string) => string);
    line(url: string): string;
    /** The branch that is pushed. */
    readonly push?: string;
  },
): Promise<Measured> {
  const [plain, held]: [number[], number[]] = [[], []];
  for (let round = 0; round <= how.rounds; round += 1)
    for (const side of ["outside", "held"] as const) {
      const url = how.url(`${side}-${round}-${name}`);
      const prepare =
        typeof how.prepare === "function"
          ? how.prepare(`${side}-${round}-${name}`)
          : (how.prepare ?? "true");
      await outside(machine, prepare);
      const ms =
        side === "outside"
          ? timed(await outside(machine, timing(how.line(url))))
          : await heldMs(machine, timing(how.line(url)), {
              url,
              name,
              destination,
              push: how.push,
            });
      // WHY without the first: it makes the room, and fills what is read.
      if (round > 0) (side === "held" ? held : plain).push(ms);
    }
  return { outside: plain, held };
}

async function heldMs(
  machine: HeldMachine,
  command: string,
  {
    url,
    name,
    destination,
    push,
  }: {
    readonly url: string;
    readonly name: Way["name"];
    readonly destination: Way["destination"];
    readonly push: string | undefined;
  },
): Promise<number> {
  const effect = {
    kind: "egress",
    destination: { ...destination, scheme: name },
    carries: [],
    via: ["git"],
    at: undefined,
  } as Effect;
  const updates = [{ name: `refs/heads/${push}`, changes: ["create", "update"] as const }];
  const ran = await machine.run({
    command,
    effects: [effect],
    programs: ["git"],
    timeoutMs: LIMIT_MS,
    remotes: [push === undefined ? { url } : { url, push: { updates, options: [] } }],
  });
  if (ran.status !== 0) throw new Error(`the held call failed: ${ran.complained}${ran.why ?? ""}`);
  return timed(ran.said);
}

const timing = (line: string): string =>
  `before=$(date +%s%N); ${line} || exit; echo $(($(date +%s%N) - before))`;

function timed(said: string): number {
  return Number(said.trim()) / 1e6;
}

/** A line in a plain shell of the machine, in its project. */
async function outside(machine: HeldMachine, line: string): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", ["-ec", line], {
    cwd: machine.project,
    env: { PATH: process.env["PATH"], HOME: machine.home, GIT_CONFIG_NOSYSTEM: "1" },
    timeout: LIMIT_MS,
  });
  return stdout;
}

/** Memory of the process that reaches remotes: now, or at most since its peak was forgotten (proc(5)). */
function memoryKib({ holder }: HeldMachine, what: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${holder.pid}/status`, "utf8");
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
}

function forgetPeak({ holder }: HeldMachine): void {
  writeFileSync(`/proc/${holder.pid}/clear_refs`, "5");
}
