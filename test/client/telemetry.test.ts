// The real client sends its telemetry to our daemon: on record, joined with the hooks, without a word of what was said.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { runBuilt } from "./built-program.ts";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import { type GuardedProject, openGuardedProject } from "./guarded-stand.ts";
import { whyMissing } from "./machine.ts";
import { filesBelow } from "../files-below.ts";
import { until } from "../until.ts";

const CANARY = "ZIRCON5519TOURMALINE";
let missing: string | undefined;
let guarded: GuardedProject | undefined;
const runs: ClientRun[] = [];

type Entry = { readonly metadata: Readonly<Record<string, unknown>> };
let entries: readonly Entry[] = [];

/** The client's settings that send its telemetry to the daemon, with everything of content switched on. */
const telemetry = ({ data, port }: GuardedProject, protocol: string) => ({
  CLAUDE_CODE_ENABLE_TELEMETRY: "1",
  OTEL_LOGS_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_ENDPOINT: `https://127.0.0.1:${port}`,
  OTEL_EXPORTER_OTLP_HEADERS: `x-sallyport-telemetry=${readFileSync(join(data, "keys/telemetry.secret"), "utf8").trim()}`,
  OTEL_LOG_USER_PROMPTS: "1",
  OTEL_LOG_TOOL_DETAILS: "1",
  NODE_EXTRA_CA_CERTS: join(data, "tls", "ca-bundle.pem"),
});

const run = async (stand: GuardedProject, protocol: string, extraArgs: readonly string[]) => {
  runs.push(
    await runClient({
      projectDirectory: stand.project,
      prompt: `say ${CANARY}`,
      settings: {
        user: { permissions: { allow: ["Bash"] }, env: telemetry(stand, protocol) },
      },
      turns: [bash(`echo ${CANARY} | wc -c`), bash(`cat .env # ${CANARY}`), "bye"],
      extraArgs,
    }),
  );
};

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  const stand = openGuardedProject({ ".env": "KEY=1\n" });
  guarded = stand;
  await run(stand, "http/json", []);
  await run(stand, "http/protobuf", ["--settings", '{"disableAllHooks":true}']);
  const { home, data } = stand;
  // The hook records of the second session have their time to come; what is missing then is told.
  const isTold = (): boolean => {
    entries = runBuilt({ home, data }, "log", "export", "--format", "jsonl")
      .stdout.split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    return of("discrepancy").some(({ what }) => what === "session-without-hooks");
  };
  await until("the session without hooks is told", isTold, { withinMs: 40_000, everyMs: 1_000 });
});
afterAll(() => guarded?.close());

const of = (kind: string) =>
  entries.map(({ metadata }) => metadata).filter((event) => event["kind"] === kind);

const need = (ctx: TestContext): GuardedProject => {
  if (missing !== undefined) ctx.skip(missing);
  if (guarded === undefined) throw new Error("nothing was set up");
  return guarded;
};

describe("a session whose telemetry comes to the daemon", () => {
  it("is on record, each event once and joined with what the hooks recorded", (ctx) => {
    need(ctx);
    const [told, judged] = [of("telemetry"), of("decision")];
    const session = judged[0]?.["session"];
    const mine = told.filter((event) => event["session"] === session);
    expect(mine.map((event) => event["sequence"])).toEqual(mine.map((_, place) => place));
    const decisions = mine.filter((event) => event["event"] === "tool_decision");
    expect(decisions.map((event) => event["call"])).toEqual(judged.map((event) => event["call"]));
    expect(decisions.map((event) => event["outcome"])).toEqual(["accept", "reject"]);
    expect(decisions[1]).toMatchObject({ words: { source: "hook" }, tool: "Bash" });
    const [request] = mine.filter((event) => event["event"] === "api_request");
    expect(request).toMatchObject({ sizes: { inputTokens: 10, outputTokens: 10 } });
  });
  it("shows the calls of a session whose hooks were away", (ctx) => {
    need(ctx);
    expect(runs[1]?.toolResults.size).toBe(2);
    const [first, second] = [...new Set(of("telemetry").map((event) => event["session"]))];
    const bypass = of("discrepancy").filter((event) => event["what"] !== "content");
    expect(bypass).toMatchObject([
      { what: "session-without-hooks", session: second, tool: "Bash", outcome: "success" },
    ]);
    expect(bypass[0]).toMatchObject({ certain: true });
    expect(first).not.toBe(second);
  });
  it("is told of when it holds content", (ctx) => {
    need(ctx);
    const content = of("discrepancy").filter((event) => event["what"] === "content");
    expect(new Set(content.map((event) => event["code"]))).toEqual(
      // What switches prompts on switches answers on too.
      new Set(["prompts", "tool-details", "responses"]),
    );
  });
  it("leaves no word of prompt or command anywhere", (ctx) => {
    const { data } = need(ctx);
    const files = filesBelow(data);
    expect(files.length).toBeGreaterThan(10);
    for (const path of files) expect(readFileSync(path).includes(CANARY), path).toBe(false);
  });
});
