// What the egress proxy costs: beside a bare relay of node:net in the same run, in throughput, in latency, and in memory with 10,000 tunnels.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { helloOf } from "../surface/services/egress/hello-of.ts";
import { atLeast, atMost, median, percentile, type Suite } from "./figures.ts";

const STAND = fileURLToPath(new URL("./egress-stand.ts", import.meta.url));
const ROUNDS = 11;
const STREAMS = 4;
const BLOCKS = 1_500;
const BLOCK_BYTES = 64 * 1024;
const PINGS = 600;
const OPENINGS = 80;
/** The goal speaks of this many; a process may hold fewer files open than they need, two each, and is measured with what it may. */
const TUNNELS_MAX = 10_000;
const OTHER_FILES = 200;
const TUNNELS_AT_ONCE = 200;
const MIB = 1024 * 1024;

type Stand = { readonly port: number; readonly child: ChildProcess };

async function start(...words: readonly string[]): Promise<Stand> {
  const child = spawn(process.execPath, [...process.execArgv, STAND, ...words], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { port: Number(line.toString()), child };
}

/** Opens a way to the reached side: bare, or by CONNECT. It is used once the hello came back. */
async function open(port: number, hello: Buffer, isProxy: boolean): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  if (isProxy) {
    socket.write("CONNECT bench.example:443 HTTP/1.1\r\nHost: bench.example:443\r\n\r\n");
    await once(socket, "data");
  }
  socket.write(hello);
  await received(socket, hello.length);
  return socket;
}

function received(socket: Socket, bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes;
    const closed = (): void => reject(new Error("the connection ended before its answer"));
    const read = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left > 0) return;
      socket.off("data", read);
      socket.off("close", closed);
      resolve();
    };
    socket.on("data", read);
    socket.once("close", closed);
  });
}

type Throughput = { readonly rate: number; readonly cpuMs: number };

/** MiB a second over some connections at once, and what of a core the process between took. */
async function throughput(
  { port, child }: Stand,
  hello: Buffer,
  isProxy: boolean,
): Promise<Throughput> {
  const sockets = await Promise.all(
    Array.from({ length: STREAMS }, () => open(port, hello, isProxy)),
  );
  const startMs = performance.now();
  const cpuMs = cpuOf(child);
  await Promise.all(
    sockets.map((socket) => {
      socket.write(`D${String(BLOCKS).padStart(8, "0")}`);
      return received(socket, BLOCKS * BLOCK_BYTES);
    }),
  );
  const seconds = (performance.now() - startMs) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { rate: (STREAMS * BLOCKS * BLOCK_BYTES) / MIB / seconds, cpuMs: cpuOf(child) - cpuMs };
}

/** Milliseconds of each exchange of a small message. */
async function pings(port: number, hello: Buffer, isProxy: boolean): Promise<readonly number[]> {
  const socket = await open(port, hello, isProxy);
  const message = Buffer.alloc(256, 2);
  const took: number[] = [];
  for (let count = 0; count < PINGS; count += 1) {
    const startMs = performance.now();
    socket.write(message);
    await received(socket, message.length);
    took.push(performance.now() - startMs);
  }
  socket.destroy();
  return took;
}

async function openings(port: number, hello: Buffer, isProxy: boolean): Promise<readonly number[]> {
  const took: number[] = [];
  for (let count = 0; count < OPENINGS; count += 1) {
    const startMs = performance.now();
    const socket = await open(port, hello, isProxy);
    took.push(performance.now() - startMs);
    socket.destroy();
  }
  return took;
}

/** MiB that a process holds (proc(5): VmRSS). */
function residentOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
}

/** How many connections a process here can join with as many others. */
function tunnelsHere(): number {
  const limit = Number(
    /Max open files\s+\d+\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1],
  );
  const most = Math.floor((limit - OTHER_FILES) / 2 / TUNNELS_AT_ONCE) * TUNNELS_AT_ONCE;
  return Number.isFinite(most) ? Math.min(TUNNELS_MAX, most) : TUNNELS_MAX;
}

/** Milliseconds of a core that a process used so far (proc(5): fields 14 and 15, in hundredths of a second). */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function memory(
  { port, child }: Stand,
  hello: Buffer,
  { tunnels, isProxy }: { readonly tunnels: number; readonly isProxy: boolean },
): Promise<number> {
  const sockets: Socket[] = [];
  while (sockets.length < tunnels) {
    const more = Array.from({ length: TUNNELS_AT_ONCE }, () => open(port, hello, isProxy));
    sockets.push(...(await Promise.all(more)));
  }
  const resident = residentOf(child);
  for (const socket of sockets) socket.destroy();
  return resident;
}

/** Takes the bare relay and the proxy in turns. */
export async function measureEgress(): Promise<Suite> {
  const hello = await helloOf("bench.example");
  const reached = await start("reached");
  const [relay, proxy] = [
    await start("relay", `${reached.port}`),
    await start("proxy", `${reached.port}`),
  ];
  const [floors, ours, ratios, work]: [number[], number[], number[], number[]] = [[], [], [], []];
  const [bare, through, bareOpen, open]: number[][] = [[], [], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    // WHY anew, and in both orders: one process is faster than the next for its whole life, and what comes second finds a warmer machine.
    const pair = [
      await start("relay", `${reached.port}`),
      await start("proxy", `${reached.port}`),
    ] as const;
    const isOwnFirst = round % 2 === 1;
    const early = isOwnFirst ? await throughput(pair[1], hello, true) : undefined;
    const floor = await throughput(pair[0], hello, false);
    const own = early ?? (await throughput(pair[1], hello, true));
    for (const { child } of pair) child.stdin?.end();
    floors.push(floor.rate);
    ours.push(own.rate);
    ratios.push((own.rate / floor.rate) * 100);
    work.push((floor.cpuMs / own.cpuMs) * 100);
    bare?.push(...(await pings(relay.port, hello, false)));
    through?.push(...(await pings(proxy.port, hello, true)));
    bareOpen?.push(...(await openings(relay.port, hello, false)));
    open?.push(...(await openings(proxy.port, hello, true)));
  }
  const tunnels = tunnelsHere();
  const empty = residentOf(proxy.child);
  const resident = await memory(proxy, hello, { tunnels, isProxy: true });
  const floorResident = await memory(relay, hello, { tunnels, isProxy: false });
  for (const { child } of [reached, relay, proxy]) child.stdin?.end();
  const p50 = (values: readonly number[] | undefined): number => median(values ?? []);
  const p99 = (values: readonly number[] | undefined): number => percentile(values ?? [], 0.99);
  return {
    figures: [
      { name: "throughput of a bare relay", value: median(floors), unit: "MiB/s" },
      { name: "throughput of the egress proxy", value: median(ours), unit: "MiB/s" },
      atLeast("of the bare relay, median of the rounds", median(ratios), "%", 85),
      {
        name: "of the bare relay, by time of a core for the same bytes",
        value: median(work),
        unit: "%",
      },
      { name: "an exchange through the bare relay, p50", value: p50(bare), unit: "ms" },
      { name: "through the egress proxy, p50", value: p50(through), unit: "ms" },
      atMost("added to an exchange, p50", p50(through) - p50(bare), "ms", 0.3),
      { name: "added to an exchange, p99", value: p99(through) - p99(bare), unit: "ms" },
      { name: "opening through the bare relay, p50", value: p50(bareOpen), unit: "ms" },
      {
        name: "opening a tunnel with CONNECT and its name in TLS, p50",
        value: p50(open),
        unit: "ms",
      },
      {
        name: `bare relay with ${tunnels} connections, resident`,
        value: floorResident,
        unit: "MiB",
      },
      { name: `egress proxy with ${tunnels} tunnels, resident`, value: resident, unit: "MiB" },
      atMost(
        `for ${TUNNELS_MAX} tunnels at the same rate`,
        empty + ((resident - empty) / tunnels) * TUNNELS_MAX,
        "MiB",
        400,
      ),
    ],
    method: `Floor: a relay that joins two connections of node:net by \`pipe\` and does nothing else, in a process of its own as the proxy is, taken in turns with it (${ROUNDS} rounds, each with new processes). Throughput: ${STREAMS} connections of ${(BLOCKS * BLOCK_BYTES) / MIB} MiB at once. An exchange: 256 bytes there and back. Whoever is reached is a third process, and whoever asks the fourth, on the same cores.`,
  };
}
