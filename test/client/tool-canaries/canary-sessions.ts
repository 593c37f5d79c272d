// Sessions that differ only in the content of the canaries, and what of the difference reached the model unjudged.
import { readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type ClientRun, type ClientRunOptions, runClient } from "../client-run.ts";
import { toolUseId } from "../model-stub.ts";
import type { SessionPlaces } from "../session-files.ts";
import type { CanaryCall } from "./canary-calls.ts";
import { plantCanaries, type Variant, VARIANTS } from "./canary-files.ts";
import { ROSTERS } from "./offered-tools.ts";

/** Where the sessions take place, and who judges there. */
export type Stand = {
  readonly settings?: ClientRunOptions["settings"];
  readonly projectDirectory?: string;
  /** Tools whose calls the hook of the measurement leaves to the project's own hooks; it refuses all others. */
  readonly leaves?: readonly string[];
};

/** How one call was answered in one session. */
type Answer = { readonly text: string; readonly isJudged: boolean };

/** A call whose answer depends on the content of a canary although no hook allowed it. */
export type Leak = {
  readonly call: CanaryCall;
  readonly kind: "answer" | "hook";
  readonly first: string;
  readonly second: string;
};

const CALLS_A_TURN = 20;
const TURNS_A_SESSION = 15;

/** A hook that refuses each call and remembers that it was asked: what the model learns then, it learns without being judged. */
async function openWitness(leaves: readonly string[]) {
  const judged = new Set<string>();
  const refusal = JSON.stringify({
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: "deny",
      permissionDecisionReason: "refused by the witness",
    },
  });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const asked = Object(JSON.parse(Buffer.concat(chunks).toString()));
      judged.add(String(asked.tool_use_id));
      response.setHeader("content-type", "application/json");
      response.end(leaves.includes(String(asked.tool_name)) ? "{}" : refusal);
    });
  });
  // WHY: a connection that is closed while the client puts a call on it looks like a call that nobody was asked about.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const hook = { type: "http", url: `http://127.0.0.1:${port}/`, onFailure: "block" };
  return {
    judged,
    settings: { hooks: { PreToolUse: [{ matcher: "*", hooks: [hook] }] } },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Runs all calls once for each variant of the canaries, and compares. */
export async function findLeaks(
  calls: readonly CanaryCall[],
  how: {
    readonly client: string;
    readonly roster: string;
    readonly mode: string;
    readonly stand: Stand;
  },
): Promise<readonly Leak[]> {
  const leaks: Leak[] = [];
  const size = CALLS_A_TURN * TURNS_A_SESSION;
  for (let from = 0; from < calls.length; from += size) {
    const part = calls.slice(from, from + size);
    const answers = new Map<Variant, readonly Answer[]>();
    for (const variant of VARIANTS) answers.set(variant, await answersOf(part, variant, how));
    part.forEach((call, at) => {
      const [first, second] = VARIANTS.map((variant) => answers.get(variant)?.[at]);
      if (first === undefined || second === undefined) throw new Error("an answer is missing");
      const kind = first.isJudged !== second.isJudged ? "hook" : "answer";
      if (kind === "hook" || first.text !== second.text)
        leaks.push({ call, kind, first: first.text, second: second.text });
    });
  }
  return leaks;
}

async function answersOf(
  calls: readonly CanaryCall[],
  variant: Variant,
  { client, roster, mode, stand }: Parameters<typeof findLeaks>[1],
): Promise<readonly Answer[]> {
  const turns = Array.from({ length: Math.ceil(calls.length / CALLS_A_TURN) }, (_, turn) =>
    calls.slice(turn * CALLS_A_TURN, (turn + 1) * CALLS_A_TURN).map(({ use }) => use),
  );
  const witness = await openWitness(stand.leaves ?? []);
  let run: ClientRun;
  try {
    const { projectDirectory } = stand;
    const before = namesIn(projectDirectory);
    run = await runClient({
      ...ROSTERS[roster],
      client,
      turns,
      permissionMode: mode,
      timeoutMs: 240_000,
      ...(projectDirectory === undefined ? {} : { projectDirectory }),
      settings: { ...stand.settings, user: witness.settings },
      beforeTurn: (turn, places) => {
        if (turn === 0) plantCanaries(places, variant);
      },
    });
    // WHY: what calls wrote in modes that ask nobody would be there for the next session, whose answers then differ.
    for (const name of namesIn(projectDirectory))
      if (projectDirectory !== undefined && !before.includes(name))
        rmSync(join(projectDirectory, name), { recursive: true, force: true });
  } finally {
    await witness.close();
  }
  const { judged } = witness;
  return calls.map((_, at) => {
    const id = toolUseId(Math.floor(at / CALLS_A_TURN), at % CALLS_A_TURN);
    const result = run.toolResults.get(id);
    if (
      result === undefined ||
      /No such tool available|blocking because onFailure/u.test(result.text)
    )
      throw new Error(`no answer to ${id}: ${JSON.stringify(calls[at]?.use)} ${tail(run)}`);
    return { text: plain(result.text, run.places), isJudged: judged.has(id) };
  });
}

function tail(run: ClientRun): string {
  return `exit ${run.exitCode}${run.timedOut ? ", timed out" : ""} ${run.stderr.slice(0, 300)} ${JSON.stringify(run.result).slice(0, 600)}`;
}

/** An answer without what differs between any two sessions. */
function plain(text: string, places: SessionPlaces): string {
  return (
    text
      .replaceAll(places.root.slice(1), "<root>")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "<id>")
      .replaceAll(/toolu_\w+/gu, "<call>")
      // Of two hooks that refuse, the client names the one that was faster.
      .replace(
        /^PreToolUse:\w+ hook error: (?:sallyport: refused|refused by the witness)[^]*/u,
        "<refused>",
      )
  );
}

function namesIn(directory: string | undefined): readonly string[] {
  return directory === undefined ? [] : readdirSync(directory);
}
