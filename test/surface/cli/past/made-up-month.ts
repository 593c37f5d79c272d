// A made-up month of transcripts, in the form in which the client (2.1.328) writes them: sessions, calls, answers, usage, costs.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A call of a made-up session: what is asked for, what comes back, and how the client let it pass. */
export type MadeCall = {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly answer?: string;
  /** As the client words it; `config` accepts without a question. */
  readonly source?: "config" | "user_temporary" | "user_permanent" | "user_reject" | "older";
};

export type MadeSession = {
  readonly id: string;
  readonly cwd: string;
  readonly startMs: number;
  readonly calls: readonly MadeCall[];
  readonly prompt?: string;
  readonly mode?: string;
  readonly model?: string;
  /** Bytes of the client's own books beside it. */
  readonly booksBytes?: number;
};

/** A Bash call. */
export function ran(command: string, more: Partial<MadeCall> = {}): MadeCall {
  return { tool: "Bash", input: { command }, ...more };
}

/** The rows of a session, each a line of JSON. */
export function sessionRows(session: MadeSession): string {
  const { id, cwd, startMs, calls, prompt = "go", mode = "default", booksBytes = 0 } = session;
  const { model = "claude-opus-5-5" } = session;
  let timeMs = startMs;
  const rows: unknown[] = [];
  const row = (more: Readonly<Record<string, unknown>>): void => {
    timeMs += 5_000;
    const timestamp = new Date(timeMs).toISOString();
    rows.push({ ...more, timestamp, cwd, sessionId: id, version: "2.1.328", isSidechain: false });
  };
  if (booksBytes > 0)
    rows.push({ type: "api-request-shape", sessionId: id, shape: "x".repeat(booksBytes) });
  row({ type: "user", message: { role: "user", content: prompt }, permissionMode: mode });
  for (const [index, { tool, input, answer = "ok", source = "config" }] of calls.entries()) {
    const call = `toolu_${id}_${index}`;
    const usage = {
      input_tokens: 10,
      cache_creation_input_tokens: 400,
      cache_read_input_tokens: 20_000,
      output_tokens: 200,
      speed: "standard",
      cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 400 },
    };
    row({
      type: "assistant",
      message: {
        id: `msg_${id}_${index}`,
        role: "assistant",
        model,
        usage,
        content: [{ type: "tool_use", id: call, name: tool, input }],
      },
      requestId: `req_${id}_${index}`,
    });
    const isNo = source === "user_reject";
    const decision = isNo ? "reject" : "accept";
    row({
      type: "user",
      message: {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: call, content: answer, is_error: isNo }],
      },
      ...(source === "older" ? {} : { permissionDecision: { decision, source } }),
    });
  }
  return `${rows.map((one) => JSON.stringify(one)).join("\n")}\n`;
}

/** Writes a session where the client would: below `projects`, in a folder named after its directory. */
export function writeSession(projects: string, session: MadeSession): string {
  const file = join(projects, session.cwd.replaceAll(/[^A-Za-z0-9]/g, "-"), `${session.id}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, sessionRows(session));
  return file;
}
