// What taking telemetry costs: events a second of processor time through HTTPS into the log, beside a body read and JSON.parse alone.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createPrivateKey } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLog } from "#record/store/log-writer.ts";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { openTelemetry } from "#surface/services/telemetry/telemetry-service.ts";
import { answerExport } from "#surface/services/telemetry/http.ts";
import { createReceiver } from "#surface/services/telemetry/receiver.ts";
import { withLogDirectories } from "../record/store/temporary-log.ts";
import { atLeast, type Figure, median, type Suite } from "./figures.ts";
import type { SendOrder } from "./otlp-sender.ts";

const ROUNDS = 3;
const BODIES = 60;
const RECORDS = 512;
const TOKEN = "x".repeat(64);
const GOAL_PER_S = 50_000;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Sends the same number of events to each kind of server, in turns. */
export async function measureOtlp(): Promise<Suite> {
  const rates = { floor: [] as number[], json: [] as number[], protobuf: [] as number[] };
  let taken = 0;
  await withLogDirectories(async (options, root) => {
    const log = await openLog(options);
    const desk = openTelemetry({
      file: join(root, "telemetry.json"),
      log,
      user: "ada",
      say: () => undefined,
      nowMs: () => Date.now(),
      // Each call was judged and none refused: so the log would answer.
      index: {
        ask: async (question) => {
          const isRefused = "filter" in question && question.filter.includes("verdict:deny");
          return { kind: "found", places: isRefused ? [] : [0], next: null };
        },
      },
    });
    const receiver = createReceiver({
      token: TOKEN,
      intake: async () => desk,
      nowMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      itemsPerSecond: Number.POSITIVE_INFINITY,
    });
    const receive: Answer = (request, response) =>
      void answerExport(request, response, { signal: "logs", receiver, note: refused });
    const sender = fork(fileURLToPath(new URL("otlp-sender.ts", import.meta.url)), [], {
      execArgv: ["--conditions=source", "--import", "tsx"],
    });
    try {
      for (let round = 0; round <= ROUNDS; round++) {
        const order = (kind: number) => ({
          round: round * 3 + kind,
          bodies: BODIES,
          records: RECORDS,
        });
        const before = log.status().size;
        const floor = await rateOf(parseOnly, sender, { ...order(0), encoding: "json" });
        const json = await rateOf(receive, sender, { ...order(1), encoding: "json" });
        const protobuf = await rateOf(receive, sender, { ...order(2), encoding: "protobuf" });
        await log.publish();
        taken += log.status().size - before;
        // The first round warms up.
        if (round === 0) continue;
        rates.floor.push(floor);
        rates.json.push(json);
        rates.protobuf.push(protobuf);
      }
    } finally {
      sender.kill();
      await desk.close();
      await log.close();
    }
  });
  const expected = (ROUNDS + 1) * 2 * BODIES * RECORDS;
  if (taken < expected) throw new Error(`${taken} of ${expected} events are in the log`);
  const beside = (kind: readonly number[]): Figure["value"] =>
    median(kind.map((rate, round) => rate / (rates.floor[round] ?? Number.NaN)));
  return {
    method:
      `${ROUNDS} rounds of ${BODIES} bodies of ${RECORDS} events, four kinds of the client's in turn with the attributes it sends, over HTTPS by another process; ` +
      "the figure is events by the processor time of all threads of the receiving process, and each answer waits until the log has its events on disk. " +
      "The floor reads the same JSON bodies over HTTPS, calls JSON.parse and answers; medians.",
    figures: [
      { name: "floor: body read and JSON.parse alone", value: median(rates.floor), unit: "/s" },
      atLeast("JSON into the log", median(rates.json), "/s", GOAL_PER_S),
      { name: "  beside the floor", value: beside(rates.json), unit: "x" },
      atLeast("protobuf into the log", median(rates.protobuf), "/s", GOAL_PER_S),
      { name: "  beside the floor of JSON", value: beside(rates.protobuf), unit: "x" },
    ],
  };
}

function refused(why: string): void {
  throw new Error(`telemetry was refused: ${why}`);
}

const parseOnly: Answer = (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    JSON.parse(Buffer.concat(chunks).toString("utf8"));
    response.end("{}");
  });
};

/** Events a second of this process's time. */
async function rateOf(
  answer: Answer,
  sender: ChildProcess,
  order: Omit<SendOrder, "port" | "token">,
): Promise<number> {
  const name = "sallyport authority 0000000000000000";
  const validity = { nowMs: Date.now(), days: 2 };
  const key = createPrivateKey(createAuthority({ name, ...validity }).key);
  const { certificate, key: serverKey } = issueServerCertificate({ name, key }, validity);
  const server = createServer({ cert: certificate, key: serverKey }, answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  sender.send({ ...order, port, token: TOKEN } satisfies SendOrder);
  await once(sender, "message");
  const before = process.cpuUsage();
  sender.send("go");
  await once(sender, "message");
  const { user, system } = process.cpuUsage(before);
  server.closeAllConnections();
  server.close();
  return (order.bodies * order.records) / ((user + system) / 1e6);
}
