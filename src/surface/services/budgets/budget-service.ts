// Budgets as the daemon keeps them: what sessions spend is counted from hooks, transcripts and telemetry, and kept over a restart.
import { basename, dirname, join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import type { Prices } from "#assure/past/prices.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { Budget } from "#guard/policy/budget.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { toolWord } from "#record/event/call-events.ts";
import type { Project } from "../projects/project.ts";
import { digestOf } from "../sessions/open-calls.ts";
import { budgetsInForce, reachedBudgets } from "./budget-check.ts";
import type { BudgetPort } from "./budget-port.ts";
import { follow } from "./follow-transcript.ts";
import {
  accountOf,
  agentIn,
  count,
  fileOf,
  forgetFiles,
  type Ledger,
  nameAgent,
  remember,
  type Spender,
  spenderOf,
  takeTold,
  turnToday,
} from "./ledger.ts";
import { readLedger, writeLedger } from "./ledger-file.ts";
import { createRepeats, outcomeOf, type Repeats } from "./repeats.ts";
import { takeRow } from "./take-row.ts";

const WRITE_MS = 2_000;
/** WHY not at once: the answer to the hook goes first. */
const FOLLOW_MS = 3;
const AGENTS_MAX = 1_024;
const CALLS_MAX = 4_096;
const PROJECTS_MAX = 1_024;
const AGENT_ID = /^[A-Za-z0-9_-]{1,128}$/;
const REFUSED = "refused";

/** Budgets as the daemon has them. */
export type BudgetService = {
  readonly port: BudgetPort;
  /** Telemetry told what a request of a session cost. */
  spent(sessionId: string, usd: number): void;
  /** Everything that was begun to be read is read. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

type Options = {
  readonly file: string;
  readonly clock: Clock;
  readonly policy: (project: Project) => Policy | Promise<Policy>;
  readonly prices: () => Prices;
  readonly say: (line: string) => void;
};

/** Opens the service and what it kept. `say` hears once of a file that cannot be kept. */
export function openBudgets(options: Options): BudgetService {
  const service = new Budgets(options);
  return {
    port: service,
    spent: (sessionId, usd) => service.spent(sessionId, usd),
    settle: () => service.settle(),
    close: () => service.close(),
  };
}

type Loop = { readonly repeats: Repeats; refused: number };

class Budgets implements BudgetPort {
  readonly #options: Options;
  readonly #ledger: Ledger;
  readonly #stopwatch: ReturnType<typeof createStopwatch>;
  readonly #timer: NodeJS.Timeout;
  /** Projects in which budgets are in force, with the budgets that were last seen there. */
  readonly #inForce = new Map<string, readonly Budget[]>();
  readonly #loops = new Map<string, Loop>();
  /** Keys of budgets that a person is asked about, by call. */
  readonly #asked = new Map<string, readonly { readonly key: string; readonly spent: number }[]>();
  readonly #counted = new Set<string>();
  /** Sessions that are read on, and the files of each that are to be read. */
  readonly #reading = new Map<string, Promise<void>>();
  readonly #unread = new Map<string, Map<string, Spender>>();
  #prices: Prices | undefined;
  #isDirty = false;
  #hasFailed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#ledger = readLedger(options.file, options.say);
    this.#stopwatch = createStopwatch(options.clock.monotonicMs);
    this.#timer = setInterval(() => this.#write(), WRITE_MS).unref();
  }

  of(project: Project): Promise<readonly Budget[]> {
    return budgetsInForce(this.#options.policy, project);
  }

  touch(project: Project, event: HookEvent, budgets?: readonly Budget[]): void {
    if (budgets !== undefined) this.#note(project, budgets);
    if (!this.#inForce.has(project.id)) return;
    const nowMs = this.#options.clock.nowMs();
    turnToday(this.#ledger, nowMs);
    const spender = spenderOf(project, event);
    const { whole, own } = this.#stopwatch(event);
    const account = accountOf(this.#ledger, spender, nowMs);
    const { agentId, agentType } = event;
    if (agentId !== undefined) {
      const sums = agentIn(account, agentId);
      if (agentType !== undefined) nameAgent(account, agentId, agentType);
      // WHY apart: agents work at the same time, and their session's time goes by once.
      sums.ms += own;
    }
    if (whole > 0) count(this.#ledger, { ...spender, agent: undefined }, { ms: whole }, { nowMs });
    this.#isDirty = true;
    this.#follow(spender, event);
  }

  reached(
    project: Project,
    event: Pick<HookEvent, "sessionId" | "agentId">,
    budgets: readonly Budget[],
    call?: ToolCall,
  ) {
    const spender = spenderOf(project, event);
    turnToday(this.#ledger, this.#options.clock.nowMs());
    const isWatched = call !== undefined && budgets.some(({ unit }) => unit === "repeats");
    const repeated = isWatched
      ? this.#loop(event).repeats.before(digestOf(call, undefined), this.#usdOf(spender))
      : undefined;
    if (repeated !== undefined && call !== undefined) {
      const account = accountOf(this.#ledger, spender, this.#options.clock.nowMs());
      if (repeated.times > (account.loop?.times ?? 1))
        account.loop = { tool: toolWord(call.tool), ...repeated };
    }
    return reachedBudgets(budgets, this.#ledger, spender, repeated);
  }

  decided(
    project: Project,
    event: Pick<HookEvent, "sessionId" | "agentId">,
    call: ToolCall,
    { verdict, reached }: Parameters<BudgetPort["decided"]>[3],
  ): void {
    this.#isDirty = true;
    const spender = spenderOf(project, event);
    if (verdict === "deny") {
      const loop = this.#loop(event);
      if (reached.some(({ step, budget }) => step === "stop" && budget.unit === "repeats"))
        loop.refused += 1;
      else loop.repeats.ended(digestOf(call, undefined), REFUSED, this.#usdOf(spender));
      return;
    }
    // A call that is judged twice, as it was and as something rewrote it, is one call.
    const id = `${event.sessionId} ${call.id}`;
    if (call.id === "" || !this.#counted.has(id))
      count(this.#ledger, spender, { calls: 1 }, { nowMs: this.#options.clock.nowMs() });
    this.#counted.add(id);
    dropOldest(this.#counted, CALLS_MAX);
    const asked = reached.filter(({ step }) => step === "ask");
    if (asked.length > 0) this.#asked.set(id, asked);
    dropOldest(this.#asked, CALLS_MAX);
  }

  ended(
    project: Project,
    event: Pick<HookEvent, "sessionId" | "agentId">,
    call: ToolCall,
    said: string,
  ): void {
    const budgets = this.#inForce.get(project.id);
    if (budgets === undefined) return;
    this.#isDirty = true;
    const id = `${event.sessionId} ${call.id}`;
    for (const { key, spent } of this.#asked.get(id) ?? [])
      remember(this.#ledger.yes, key, Math.max(spent, this.#ledger.yes[key] ?? 0));
    this.#asked.delete(id);
    if (!budgets.some(({ unit }) => unit === "repeats")) return;
    const loop = this.#loop(event);
    loop.refused = 0;
    const usd = this.#usdOf(spenderOf(project, event));
    loop.repeats.ended(digestOf(call, undefined), outcomeOf(said), usd);
  }

  told(reached: Parameters<BudgetPort["told"]>[0]): void {
    for (const { key, spent } of reached) remember(this.#ledger.told, key, spent);
    this.#isDirty = true;
  }

  refusedRepeats(event: Pick<HookEvent, "sessionId" | "agentId">): number {
    return this.#loops.get(loopKey(event))?.refused ?? 0;
  }

  spent(sessionId: string, usd: number): void {
    const known = Object.hasOwn(this.#ledger.sessions, sessionId);
    const project = known ? this.#ledger.sessions[sessionId]?.project : undefined;
    // Of a session without a budget nothing is kept.
    if (project === undefined) return;
    const nowMs = this.#options.clock.nowMs();
    turnToday(this.#ledger, nowMs);
    takeTold(this.#ledger, { project, session: sessionId, agent: undefined }, usd, nowMs);
    this.#isDirty = true;
  }

  async settle(): Promise<void> {
    while (this.#reading.size > 0) await Promise.all(this.#reading.values());
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.settle();
    this.#write();
  }

  #note({ id }: Project, budgets: readonly Budget[]): void {
    if (budgets.length === 0) this.#inForce.delete(id);
    else this.#inForce.set(id, budgets);
    dropOldest(this.#inForce, PROJECTS_MAX);
  }

  #loop(event: Pick<HookEvent, "sessionId" | "agentId">): Loop {
    const key = loopKey(event);
    const known = this.#loops.get(key) ?? { repeats: createRepeats(), refused: 0 };
    this.#loops.delete(key);
    this.#loops.set(key, known);
    dropOldest(this.#loops, AGENTS_MAX);
    return known;
  }

  #usdOf({ session }: Spender): number {
    const { sessions } = this.#ledger;
    return Object.hasOwn(sessions, session) ? (sessions[session]?.sums.usd ?? 0) : 0;
  }

  /** Reads a session's transcript on, soon, and one file at a time: two readers would count a row twice. */
  #follow(spender: Spender, { transcriptPath }: HookEvent): void {
    const { session, agent } = spender;
    if (transcriptPath === undefined || basename(transcriptPath) !== `${session}.jsonl`) return;
    const waiting = this.#unread.get(session) ?? new Map<string, Spender>();
    waiting.set(transcriptPath, { ...spender, agent: undefined });
    if (agent !== undefined && AGENT_ID.test(agent)) {
      const folder = join(dirname(transcriptPath), session, "subagents");
      waiting.set(join(folder, `agent-${agent}.jsonl`), spender);
    }
    this.#unread.set(session, waiting);
    if (!this.#reading.has(session)) this.#reading.set(session, this.#readAll(session, waiting));
  }

  async #readAll(session: string, waiting: Map<string, Spender>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
    for (let next = [...waiting][0]; next !== undefined; next = [...waiting][0]) {
      const [path, spender] = next;
      waiting.delete(path);
      await this.#read(path, spender);
    }
    this.#unread.delete(session);
    this.#reading.delete(session);
  }

  async #read(path: string, spender: Spender): Promise<void> {
    const { clock } = this.#options;
    const account = accountOf(this.#ledger, spender, clock.nowMs());
    const at = fileOf(account, path);
    forgetFiles(account);
    await follow(path, at, (row) => {
      this.#isDirty = true;
      const prices = (this.#prices ??= this.#options.prices());
      takeRow(this.#ledger, spender, row, { prices, nowMs: clock.nowMs() });
    });
  }

  #write(): void {
    if (!this.#isDirty) return;
    try {
      writeLedger(this.#options.file, this.#ledger);
      this.#isDirty = false;
      this.#hasFailed = false;
    } catch {
      if (!this.#hasFailed)
        this.#options.say(
          `what was spent under budgets is not kept: \`${this.#options.file}\` cannot be written`,
        );
      this.#hasFailed = true;
    }
  }
}

function loopKey({ sessionId, agentId }: Pick<HookEvent, "sessionId" | "agentId">): string {
  return `${sessionId} ${agentId ?? ""}`;
}

const WATCHED_MAX = 1_024;
/** Events at whose end nothing of the agent goes on. */
const ENDS: ReadonlySet<string> = new Set(["Stop", "StopFailure", "SessionEnd"]);
/** Events after which a person is waited for. */
const WAITS: ReadonlySet<string> = new Set(["PermissionRequest", "Notification"]);

/** Milliseconds of work since the event before, of the session as a whole and of the agent whose event it is. */
type Worked = { readonly whole: number; readonly own: number };

/** Watches by a clock that only goes forward: what sets the machine's clock changes nothing. */
function createStopwatch(monotonicMs: () => number): (event: HookEvent) => Worked {
  const since = new Map<string, number>();
  const lap = (key: string, goesOn: boolean): number => {
    const now = monotonicMs();
    const before = since.get(key);
    since.delete(key);
    if (goesOn) since.set(key, now);
    dropOldest(since, WATCHED_MAX);
    return before === undefined ? 0 : Math.max(0, now - before);
  };
  return ({ eventName, sessionId, agentId }) => {
    const isOver = ENDS.has(eventName) && agentId === undefined;
    const goesOn = !isOver && !WAITS.has(eventName);
    const whole = lap(sessionId, goesOn && eventName !== "SessionStart");
    const isOwnEnd = eventName === "SubagentStop";
    const own = agentId === undefined ? 0 : lap(`${sessionId} ${agentId}`, goesOn && !isOwnEnd);
    return { whole, own };
  };
}
