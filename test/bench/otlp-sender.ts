// A process of its own that sends telemetry: what it costs is not counted with what receiving costs.
import { Agent, request } from "node:https";
import { clientRecord, logsRequest } from "../record/otlp/client-records.ts";
import { otlpWire } from "../record/otlp/otlp-wire.ts";

/** What is to be sent, and where. `round` makes the sessions of each one its own. */
export type SendOrder = {
  readonly port: number;
  readonly token: string;
  readonly encoding: "json" | "protobuf";
  readonly round: number;
  readonly bodies: number;
  readonly records: number;
};

const SENDERS = 4;
const NAMES = ["hook_execution_complete", "api_request", "tool_decision", "tool_result"] as const;
/** What the client sends with every event, at the lengths that it has there. */
const COMMON = {
  "user.id": "bb3738213dd429c34150372986e6fd5bd499e785603dc8a41e5246ff54c75633",
  "anthropic.provider": "firstParty",
  "terminal.type": "xterm-256color",
  "event.timestamp": "2026-11-21T06:42:11.547Z",
  "prompt.id": "d24e9873-3e92-4a00-aa59-0c89fe65a999",
};
const OWN = {
  hook_execution_complete: { hook_event: "PreToolUse", num_hooks: "1", total_duration_ms: "12" },
  api_request: {
    model: "claude-opus-5-5",
    input_tokens: 1_210,
    output_tokens: 86,
    duration_ms: 1_840,
    cost_usd_micros: 24_010,
    request_id: "req_1230150",
    query_source: "main",
  },
  tool_decision: { decision: "accept", source: "config", tool_name: "Bash" },
  tool_result: { success: "true", duration_ms: "53", tool_name: "Bash" },
} as const;

function bodyOf({ encoding, round, records }: SendOrder, place: number): Buffer {
  const session = `00000000-0000-4000-8000-${String(round * 10_000 + place).padStart(12, "0")}`;
  const made = Array.from({ length: records }, (_, sequence) => {
    const name = NAMES[sequence % NAMES.length] ?? "tool_result";
    const call = { tool_use_id: `toolu_${place}_${Math.floor(sequence / NAMES.length)}` };
    return clientRecord(name, sequence, {
      ...COMMON,
      "session.id": session,
      ...OWN[name],
      ...call,
    });
  });
  const whole = logsRequest(made);
  return encoding === "json" ? Buffer.from(JSON.stringify(whole)) : otlpWire("logs", whole);
}

let waiting: (() => void) | undefined;
process.on("message", (order: SendOrder | "go") => {
  if (order === "go") return waiting?.();
  const bodies = Array.from({ length: order.bodies }, (_, place) => bodyOf(order, place));
  waiting = () => void sendAll(order, bodies);
  process.send?.("ready");
});

async function sendAll(order: SendOrder, bodies: Buffer[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS, rejectUnauthorized: false });
  const send = async (): Promise<void> => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop())
      await post(order, agent, body);
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  agent.destroy();
  process.send?.("sent");
}

function post({ port, token, encoding }: SendOrder, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": encoding === "json" ? "application/json" : "application/x-protobuf",
      "x-sallyport-telemetry": token,
    };
    const options = { host: "127.0.0.1", port, path: "/v1/logs", method: "POST", agent, headers };
    const sent = request(options, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
