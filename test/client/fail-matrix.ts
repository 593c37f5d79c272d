// Runs conditions, payloads and raw requests of the fail matrix and says what became of each, with every violation of its one rule.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  readInstalledCommand,
  readInstalledHook,
} from "#surface/services/installation/installed-hook.ts";
import { sendTo, verdictOf } from "../surface/daemon/daemon-stand.ts";
import { bash, type ClientRun } from "./client-run.ts";
import type { Condition } from "./failures.ts";
import {
  type BreakableStand,
  type Logged,
  openBreakableStand,
  secretMarker,
  type Transport,
} from "./breakable-stand.ts";
import { toolUseId } from "./model-stub.ts";
import { type Payload, payloadFiles, payloadServers, payloads } from "./payloads.ts";
import { type RawRequest, rawRequests } from "./raw-requests.ts";

/** One cell of the table. A violation is a tool that ran without a judgement of ours on record. */
export type Cell = { readonly text: string; readonly violations: readonly string[] };

/** Which client runs the session; undefined is the pinned one. */
export type ClientChoice = string | undefined;

const allowed = { user: { permissions: { allow: ["Bash", "Read", "Write", "mcp__deep"] } } };
const wordsMax = 150;

/** Runs one condition through the real client: a harmless call before, then a harmless one and a secret read in one message. */
export async function runCondition(
  condition: Condition,
  transport: Transport,
  client: ClientChoice,
): Promise<Cell> {
  const stand = await openBreakableStand({ ...condition.stand, transport });
  let mend: Awaited<ReturnType<Condition["strike"]>>;
  let problem: unknown;
  try {
    condition.setUp?.(stand);
    if (condition.isBefore === true) mend = await condition.strike(stand);
    const run = await stand.session({
      settings: allowed,
      ...(client === undefined ? {} : { client }),
      turns: [bash("touch before.txt"), [...bash("touch after.txt"), ...bash("cat .env")], "bye"],
      beforeTurn: async (turn) => {
        if (turn !== 1 || condition.isBefore === true) return;
        // The client would take an error for one of the model's.
        try {
          mend = await condition.strike(stand);
        } catch (cause) {
          problem = cause;
        }
      },
      timeoutMs: 150_000,
    });
    if (problem !== undefined) throw problem;
    const ran = ["", "-moved"].some((end) =>
      existsSync(join(`${stand.project}${end}`, "after.txt")),
    );
    await mend?.();
    mend = undefined;
    return cellOfCondition(condition, stand, { run, ran });
  } finally {
    await mend?.();
    await stand.close();
  }
}

function cellOfCondition(
  condition: Condition,
  stand: BreakableStand,
  { run, ran }: { readonly run: ClientRun; readonly ran: boolean },
): Cell {
  const record = readRecord(stand);
  const shown = shownResults(run);
  const violations: string[] = [];
  if (condition.isBefore !== true && shown.get(toolUseId(0))?.isError !== false) {
    const words = wordsOf(stand, shown.get(toolUseId(0))?.text);
    violations.push(`the call before the condition did not run: ${words}`);
  }
  const harmless = describeCall({ record, run, id: toolUseId(1), place: 1, ran });
  if (ran && !harmless.isJudged) violations.push("the harmless call ran unjudged");
  const leak =
    run.leaked(secretMarker) ?? (run.stdout.includes(secretMarker) ? "shown" : undefined);
  const isRead = leak !== undefined;
  const secret = describeCall({ record, run, id: toolUseId(1, 1), place: 2, ran: isRead });
  if (isRead) violations.push(`the secret was read (${leak})`);
  const words = ran ? "" : wordsOf(stand, shown.get(toolUseId(1))?.text);
  const person = personWords(stand, run);
  return {
    text:
      `harmless call ${harmless.text}; secret ${secret.text}` +
      (words === "" ? "" : `. Said: "${words}"`) +
      (person === "" ? "" : `. At the start: "${person}"`) +
      (isEnded(run) ? ". The session ends" : "") +
      `. Record: ${recordWords(record)}`,
    violations,
  };
}

/** A hook that fails after the call as well ends the run; so does a client that gives up. */
function isEnded(run: ClientRun): boolean {
  return run.result?.["terminal_reason"] !== "completed";
}

/** Results of calls as the person sees them, which includes those of a run that ended before the model heard of them. */
function shownResults(run: ClientRun): ReadonlyMap<string, { text: string; isError: boolean }> {
  const results = new Map<string, { text: string; isError: boolean }>();
  for (const event of run.events) {
    const content: unknown = Object(event["message"]).content;
    if (event["type"] !== "user" || !Array.isArray(content)) continue;
    for (const block of content) {
      const { type, tool_use_id, content: said, is_error } = Object(block);
      if (type !== "tool_result") continue;
      const text = typeof said === "string" ? said : JSON.stringify(said);
      results.set(String(tool_use_id), { text, isError: is_error === true });
    }
  }
  return results;
}

type Record = { readonly events: readonly Logged[] } | { readonly problem: string };

/** WHY a restart: what a killed daemon had on disk is published by the next one. */
function readRecord(stand: BreakableStand): Record {
  try {
    if (stand.transport === "http" && stand.daemonId() === undefined) {
      stand.sallyport("daemon", "--ensure");
    }
    if (stand.transport === "http") stand.sallyport("daemon", "stop");
    return { events: stand.record() };
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

type CallSeen = {
  readonly record: Record;
  readonly run: ClientRun;
  readonly id: string;
  /** The number of the call among those that asked us, from 0; undefined where some calls did not. */
  readonly place?: number;
  readonly ran: boolean;
};

function describeCall({ record, run, id, place, ran }: CallSeen) {
  const verdict = "events" in record ? verdictOfCall(record.events, id) : undefined;
  const did = ran ? "ran" : "refused";
  if (verdict !== undefined) {
    return {
      text: `${did} (judged: ${verdict})`,
      isJudged: verdict === "allow" || verdict === "abstain",
    };
  }
  const answer = place === undefined ? "nothing" : answerTo(run, place);
  const isJudged = answer === "allow" || answer === "abstain";
  if (isJudged) return { text: `${did} (judged: ${answer}, **its record is lost**)`, isJudged };
  return { text: ran ? "**RAN UNJUDGED**" : "refused (no judgement)", isJudged };
}

/** What we said to the n-th call, as the client reports it; an empty answer is none. */
function answerTo(run: ClientRun, place: number): string {
  const answers = run.hookEvents.filter(
    (event) => event["subtype"] === "hook_response" && event["hook_event"] === "PreToolUse",
  );
  return verdictOf(parse(String(answers[place]?.["stdout"])));
}

/** The verdict on record for a call of the session, by the client's own id of it. */
function verdictOfCall(events: readonly Logged[], id: string): string | undefined {
  const found = events.find(
    ({ metadata, sealed }) => metadata["kind"] === "decision" && sealed?.["toolUseId"] === id,
  );
  return found === undefined ? undefined : String(found.metadata["verdict"]);
}

/** Counts of what the log holds beside the ordinary course of a session. */
function recordWords(record: Record): string {
  if ("problem" in record) return "cannot be read";
  const counts = new Map<string, number>();
  for (const { metadata } of record.events) {
    const kind = String(metadata["kind"]);
    const code: unknown = metadata["code"] ?? metadata["cause"];
    const isPlain = ["hook", "batch", "result", "session", "daemon"].includes(kind);
    const name = typeof code === "string" ? `${kind} ${code}` : kind;
    if (!isPlain) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ") || "nothing";
}

/** The beginning of a text, without what differs from run to run. */
function wordsOf({ home, project }: BreakableStand, text: string | undefined): string {
  return (text ?? "")
    .replace(/^PreToolUse:\w+ hook error: /, "")
    .replaceAll(process.execPath, "<node>")
    .replaceAll(project, "<project>")
    .replaceAll(home, "<home>")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replace(/\s+/g, " ")
    .replaceAll("|", "\\|")
    .trim()
    .slice(0, wordsMax);
}

/** What hooks told the person: system messages and the errors of the session's start. */
function personWords(stand: BreakableStand, run: ClientRun): string {
  const found = new Set<string>();
  for (const event of run.hookEvents) {
    if (event["subtype"] !== "hook_response") continue;
    const message: unknown = Object(parse(String(event["stdout"]))).systemMessage;
    if (typeof message === "string") found.add(wordsOf(stand, message));
    const isStart = event["hook_event"] === "SessionStart";
    if (isStart && event["stderr"] !== "") found.add(wordsOf(stand, String(event["stderr"])));
  }
  return [...found].join(" / ");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends every payload through the client; where one ends the session, the next begins another. */
export async function runPayloads(
  transport: Transport,
  client: ClientChoice,
): Promise<ReadonlyMap<string, Cell>> {
  const stand = await openBreakableStand({ transport, files: payloadFiles });
  try {
    for (const payload of payloads) payload.prepare?.(stand.project);
    const seen: { payload: Payload; run: ClientRun; id: string }[] = [];
    while (seen.length < payloads.length) {
      const rest = payloads.slice(seen.length);
      const run = await stand.session({
        settings: allowed,
        ...(client === undefined ? {} : { client }),
        extraArgs: ["--mcp-config", JSON.stringify({ mcpServers: payloadServers })],
        turns: [...rest.map(({ use }) => [use]), "bye"],
        // Ids differ between sessions, because the record is one.
        idPrefix: `main${seen.length}`,
        timeoutMs: 60_000,
      });
      const reached = Math.max(
        1,
        Math.min(rest.length, run.toolResults.size + (isEnded(run) ? 1 : 0)),
      );
      rest.slice(0, reached).forEach((payload, turn) => {
        seen.push({
          payload,
          run,
          id: toolUseId(turn, 0, `main${payloads.length - rest.length}`),
        });
      });
    }
    const record = readRecord(stand);
    return new Map(seen.map((one) => [one.payload.id, cellOfPayload(stand, record, one)]));
  } finally {
    await stand.close();
  }
}

function cellOfPayload(
  stand: BreakableStand,
  record: Record,
  { payload, run, id }: { payload: Payload; run: ClientRun; id: string },
): Cell {
  const result = shownResults(run).get(id);
  const ran = result?.isError === false || payload.evidence(stand.project);
  const call = describeCall({ record, run, id, ran });
  const violations = ran && !call.isJudged ? ["the call ran unjudged"] : [];
  const words = ran ? "" : wordsOf(stand, result?.text);
  const said = words === "" ? "" : `. Said: "${words}"`;
  const end =
    result === undefined
      ? ". The client itself gives up"
      : isEnded(run) && run.toolResults.get(id) === undefined
        ? ". The session ends"
        : "";
  return { text: `${call.text}${said}${end}`, violations };
}

/** Sends what the client cannot: straight to the daemon's port, or to the standard input of the hook's program. */
export async function runRawRequests(transport: Transport): Promise<ReadonlyMap<string, Cell>> {
  const stand = await openBreakableStand({ transport });
  try {
    const cells = new Map<string, Cell>();
    for (const request of rawRequests) {
      if (request.only !== undefined && request.only !== transport) continue;
      const answer = transport === "http" ? await post(stand, request) : pipe(stand, request);
      const isRefused = ["deny", "block", "ask", "exit 2"].includes(answer);
      const isRight =
        isRefused || (request.isJudged === true && (answer === "allow" || answer === "abstain"));
      const violations = isRight ? [] : [`the answer was ${answer}`];
      cells.set(request.id, { text: isRefused ? `refused (${answer})` : answer, violations });
    }
    const record = readRecord(stand);
    const words = `after all of them the record holds: ${recordWords(record)}`;
    return cells.set("raw-record", { text: words, violations: [] });
  } finally {
    await stand.close();
  }
}

async function post(stand: BreakableStand, { body, token }: RawRequest): Promise<string> {
  const hook = readInstalledHook(stand.settingsFile);
  const reply = await sendTo(hook, token ?? hook.token, body(stand.project), {
    ...(token === "" ? { headers: { authorization: "" } } : {}),
  });
  return reply.status === 200 ? verdictOf(reply.json) : `status ${reply.status}`;
}

function pipe(stand: BreakableStand, { body, project }: RawRequest): string {
  const installed = readInstalledCommand(stand.settingsFile);
  const args = [...(installed?.args ?? [])];
  if (project !== undefined) args[args.indexOf("--project") + 1] = project;
  const ended = spawnSync(installed?.command ?? "", args, {
    cwd: stand.project,
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", HOME: stand.home, CLAUDE_PROJECT_DIR: stand.project },
    input: body(stand.project),
    timeout: 30_000,
  });
  return ended.status === 0 ? verdictOf(parse(ended.stdout)) : `exit ${ended.status}`;
}

const parallelCalls = 20;

/** Twenty calls in one message: each is judged, and each is on record once. */
export async function runParallelCalls(transport: Transport, client: ClientChoice): Promise<Cell> {
  const stand = await openBreakableStand({ transport });
  try {
    const use = { name: "Bash", input: { command: "cat readme.txt" } };
    const run = await stand.session({
      settings: allowed,
      ...(client === undefined ? {} : { client }),
      turns: [Array.from({ length: parallelCalls }, () => use), "bye"],
    });
    return countedCell(stand.record(), [run], parallelCalls);
  } finally {
    await stand.close();
  }
}

/** Twenty sessions at once in one project, a harmless call and a secret read each. */
export async function runParallelSessions(
  transport: Transport,
  client: ClientChoice,
): Promise<Cell> {
  const stand = await openBreakableStand({ transport });
  try {
    const session = (index: number) =>
      stand.session({
        ...(index === 0 ? { settings: allowed } : {}),
        ...(client === undefined ? {} : { client }),
        turns: [bash("cat readme.txt"), bash("cat .env"), "bye"],
        timeoutMs: 170_000,
      });
    await session(0);
    const runs = await Promise.all(Array.from({ length: parallelCalls }, (_, n) => session(n + 1)));
    const cell = countedCell(stand.record(), runs, 2 * (runs.length + 1));
    const leaks = runs.filter((run) => run.leaked(secretMarker) !== undefined);
    return leaks.length === 0 ? cell : { ...cell, violations: ["the secret reached a model"] };
  } finally {
    await stand.close();
  }
}

function countedCell(events: readonly Logged[], runs: readonly ClientRun[], calls: number): Cell {
  const decisions = events.filter(({ metadata }) => metadata["kind"] === "decision");
  const ran = runs.flatMap((run) => [...run.toolResults.values()]).filter((r) => !r.isError);
  const missing = decisions.length === calls ? [] : [`${decisions.length} of ${calls} on record`];
  return {
    text: `${ran.length} harmless calls ran; ${decisions.length} decisions of ${calls} on record`,
    violations: missing,
  };
}

const floodRequests = 5_000;
const floodWidth = 100;

/** A session while somebody sends 5,000 requests to the daemon, half of them with the project's own token. */
export async function runFlood(): Promise<Cell> {
  const stand = await openBreakableStand({ transport: "http" });
  try {
    const hook = readInstalledHook(stand.settingsFile);
    const counts = new Map<string, number>();
    let sent = 0;
    let isRunning = true;
    const sender = async () => {
      while (sent < floodRequests || isRunning) {
        sent += 1;
        const token = sent % 2 === 0 ? hook.token : "forged".repeat(8);
        const said = await sendTo(hook, token, "{}").then(
          ({ status, json }) => (status === 200 ? verdictOf(json) : `status ${status}`),
          () => "no connection",
        );
        counts.set(said, (counts.get(said) ?? 0) + 1);
      }
    };
    const flood = Promise.all(Array.from({ length: floodWidth }, sender));
    const run = await stand.session({
      settings: allowed,
      turns: [bash("touch before.txt"), bash("touch after.txt"), bash("cat .env"), "bye"],
      timeoutMs: 150_000,
    });
    isRunning = false;
    await flood;
    const events = stand.record();
    const ran = existsSync(join(stand.project, "after.txt"));
    const record = { events };
    const call = describeCall({ record, run, id: toolUseId(1), place: 1, ran });
    const isRead = run.leaked(secretMarker) !== undefined;
    const secret = describeCall({ record, run, id: toolUseId(2), place: 2, ran: isRead });
    const wrong = [...counts.keys()].filter(
      (said) => !["block", "deny", "no connection"].includes(said),
    );
    return {
      text: `harmless call ${call.text}; secret ${secret.text}; every one of the flood was refused`,
      violations: [
        ...(ran && !call.isJudged ? ["`touch after.txt` ran unjudged"] : []),
        ...(run.leaked(secretMarker) === undefined ? [] : ["the secret reached the model"]),
        ...wrong.map((said) => `the flood was answered ${said}`),
      ],
    };
  } finally {
    await stand.close();
  }
}
