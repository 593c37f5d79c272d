// A session of the corpus as it is had: the guard judges each call, its events become acts, and the graph says which chains a call ends.
import { existsSync, readFileSync } from "node:fs";
import { joinPath } from "#base/path.ts";
import type { Chain } from "#detect/session/chains.ts";
import { startGraph } from "#detect/session/graph.ts";
import { judgedCall } from "#detect/session/judged-acts.ts";
import { actOf } from "#detect/session/recorded-acts.ts";
import { requestedOf } from "#detect/session/requested.ts";
import { outlineCommand } from "#guard/effects/outline.ts";
import {
  placesNamed,
  rememberWritten,
  writtenPlaces,
} from "#guard/effects/paths/written-places.ts";
import { normalizeInput } from "#guard/events/normalize.ts";
import {
  type EnvironmentFacts,
  type FactAnswer,
  type FactQuery,
  queryKey,
  type SessionChain,
  type SessionFacts,
} from "#guard/facts/facts.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { decisionEvent, resultEvent } from "#record/event/call-events.ts";
import type { AuditEvent, EventSession } from "#record/event/event.ts";
import { hookEvent } from "#record/event/session-events.ts";
import { type AnswerQueries, judgeWithFacts } from "#surface/services/facts/judge.ts";
import { plainShell } from "../judging.ts";
import { madeUpMachine } from "../made-up-machine.ts";
import { stamp } from "../record/event/samples.ts";
import { HELD } from "../guard/policy/in-a-sandbox.ts";
import { makeSessionMachine, placeOf, type SessionMachine } from "./session-projects.ts";
import type { Session, SessionCall } from "./session-text.ts";

type Verdict = "allow" | "ask" | "deny";

/** A call with what the guard said, and what the chains that it ends would make of it. */
export type HadCall = {
  readonly step: SessionCall;
  readonly guard: Verdict;
  readonly rule: string;
  readonly chains: readonly Chain[];
  /** What the policy says with the chains told. */
  readonly both: Verdict;
  /** A command: where it runs, it runs in a profile made of its own prediction, without secrets and without other hosts. */
  readonly isHeld: boolean;
};
/** `events`: what the record has of it. */
export type HadSession = {
  readonly session: Session;
  readonly calls: readonly HadCall[];
  readonly events: readonly AuditEvent[];
};

/** Has sessions, one after the other, on one made-up machine. */
export type SessionStand = {
  have(session: Session): Promise<HadSession>;
  close(): void;
};

/** What a session's commands inherit here: nothing that anybody reports. */
const ENVIRONMENT: EnvironmentFacts = {
  variables: new Map(),
  withheld: new Set(),
  isExact: true,
  named: [],
};
const WRITTEN_MAX = 10_000;

/** Opens it. Calls count as held one by one, as `init` leaves a project where the kernel can do that. */
export function openSessionStand(): SessionStand {
  const machine = makeSessionMachine();
  const { root, home } = machine.base;
  const sandbox: FactAnswer = { kind: "containment", sandbox: HELD };
  const onDisk = madeUpMachine([root], { home, containment: () => sandbox });
  const answer = withElsewhere(onDisk, machine.elsewhere);
  const places = new Map<string, PlaceTests>();
  return {
    async have(session) {
      const projectRoot = machine.rootOf(session.project);
      const own = places.get(projectRoot) ?? new PlaceTests({ projectRoot, home });
      places.set(projectRoot, own);
      try {
        for (const [path, text] of session.files) machine.leave(projectRoot, path, text);
        if (session.files.size > 0) machine.track(projectRoot);
        return await haveSession(session, { machine, projectRoot, answer, places: own });
      } finally {
        machine.putBack();
      }
    },
    close: () => machine.remove(),
  };
}

type Stand = {
  readonly machine: SessionMachine;
  readonly projectRoot: string;
  readonly answer: AnswerQueries;
  readonly places: PlaceTests;
};

async function haveSession(session: Session, stand: Stand): Promise<HadSession> {
  const { machine, projectRoot } = stand;
  const { policy, home } = machine.base;
  const facts = { ...machine.base.session, projectRoot, sessionId: session.id };
  const graph = startGraph();
  const written = new Set<string>();
  const calls: HadCall[] = [];
  let request = "";
  let index = 0;
  const events: AuditEvent[] = [];
  const add = (event: AuditEvent): readonly Chain[] => {
    const { metadata, sealed } = event;
    events.push(event);
    index += 1;
    const act = actOf({ index, metadata, sealed });
    return act === undefined ? [] : graph.add(act);
  };
  /** Who makes the calls of each depth: the session's own agent has no id. */
  const agents: string[] = [""];
  /** Calls that started an agent and have not ended, the innermost last. */
  const open: { readonly depth: number; readonly call: ToolCall; readonly agent: string }[] = [];
  const eventSession = (depth: number): EventSession => {
    const agentId = agents[depth] ?? "";
    return { facts, userSource: "os", ...(agentId === "" ? {} : { agentId }) };
  };
  const end = (call: ToolCall, depth: number, launched?: string): void => {
    const background = call.input.kind === "bash" && call.input.background;
    add(
      resultEvent(stamp, {
        call,
        session: eventSession(depth),
        outcome: "success",
        durationMs: 1,
        responseSize: 1,
        ...(background ? { background } : {}),
        ...(launched === undefined ? {} : { launched }),
      }),
    );
  };
  const endAgents = (depth: number): void => {
    for (let last = open.at(-1); last !== undefined && last.depth >= depth; last = open.at(-1)) {
      open.pop();
      end(last.call, last.depth, last.agent);
    }
  };

  for (const [at, step] of session.steps.entries()) {
    if (step.kind === "prompt") {
      endAgents(0);
      request = step.text;
      const own = eventSession(0);
      add(hookEvent(stamp, { name: "UserPromptSubmit", session: own, text: step.text }));
      continue;
    }
    const { depth, tool } = step;
    endAgents(depth);
    const input = absoluteInput(step, projectRoot, home);
    const normal = normalizeInput({ tool, input, cwd: projectRoot });
    const call = { id: `toolu_${at}`, tool, cwd: projectRoot, input: normal };
    const judgeIn = (session: SessionFacts) =>
      judgeWithFacts({
        call,
        policy,
        session,
        shell: plainShell("bash"),
        environment: ENVIRONMENT,
        writtenPaths: written,
        answer: stand.answer,
        places: stand.places,
      });
    const { decision } = await judgeIn(facts);
    const outline = normal.kind === "bash" ? { outline: outlineCommand(normal.command) } : {};
    const act = judgedCall(call, decision, decision.verdict, { ...facts, index: at, agent: "" });
    const requested = requestedOf(request.toLowerCase(), act);
    const own = { policy, session: eventSession(depth), durationMs: 1, requested };
    const judged = { ...own, call, decision };
    const chains = add(decisionEvent(stamp, { ...judged, ...outline }));
    const guard = verdictOf(decision);
    const told = chains.map(asFact);
    const followed =
      told.length === 0 ? decision : (await judgeIn({ ...facts, chains: told })).decision;
    // The record has the decision that was answered, with its chains, as the daemon writes it.
    if (told.length > 0)
      events[events.length - 1] = decisionEvent(stamp, {
        ...judged,
        decision: followed,
        chains: told,
        ...outline,
      });
    const both = verdictOf(followed);
    const isHeld = normal.kind === "bash";
    calls.push({ step, guard, rule: decision.reasons[0]?.rule ?? "", chains, both, isHeld });
    if (guard === "deny") continue;
    // As the daemon remembers it: a call that may run may have written what it was foreseen to write.
    for (const place of [...writtenPlaces(decision.effects, projectRoot), ...placesNamed(call)])
      rememberWritten(written, place, WRITTEN_MAX);
    leaveAll(step, input, { machine, projectRoot });
    if (tool === "Agent") {
      const agent = `agent-${at}`;
      agents[depth + 1] = agent;
      open.push({ depth, call, agent });
    } else end(call, depth);
  }
  endAgents(0);
  return { session, calls, events };
}

function verdictOf({ verdict }: Decision): Verdict {
  return verdict === "deny" || verdict === "ask" ? verdict : "allow";
}

function asFact({ kind, score, from }: Chain): SessionChain {
  return { kind, percent: Math.round(score * 100), words: from.name };
}

function leaveAll(
  { tool, leaves }: SessionCall,
  input: { readonly [key: string]: Json },
  { machine, projectRoot }: Pick<Stand, "machine" | "projectRoot">,
): void {
  const { file_path: path, content, new_string: added } = input;
  if (tool === "Write" && typeof path === "string" && typeof content === "string")
    machine.leave(projectRoot, path, content);
  if (tool === "Edit" && typeof path === "string" && typeof added === "string")
    machine.leave(projectRoot, path, editedText(path, textAt(path), added));
  for (const [left, text] of leaves) machine.leave(projectRoot, left, text);
}

function textAt(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** A file as an edit left it: a line of a session tells what was put in, not where. */
export function editedText(path: string, text: string, added: string): string {
  if (!/(?:^|\/)package\.json$/.test(path) || text === "") return `${text}${added}\n`;
  const { scripts, ...manifest } = Object(JSON.parse(text));
  const news = Object.entries(Object(JSON.parse(`{${added}}`)));
  const isScript = ([, value]: readonly [string, unknown]) => typeof value === "string";
  return JSON.stringify({
    ...manifest,
    ...Object.fromEntries(news.filter((one) => !isScript(one))),
    scripts: { ...scripts, ...Object.fromEntries(news.filter(isScript)) },
  });
}

/** The input with the paths that the client would send. */
function absoluteInput(
  { input }: SessionCall,
  root: string,
  home: string,
): { readonly [key: string]: Json } {
  const paths = ["file_path", "notebook_path", "path"].flatMap((key) => {
    const path = input[key];
    return typeof path === "string" ? [[key, placeOf(path, root, home)] as const] : [];
  });
  return { ...input, ...Object.fromEntries(paths) };
}

/** Files that a call left outside of the machine's folders, answered as if they lay there. */
function withElsewhere(
  onDisk: AnswerQueries,
  elsewhere: ReadonlyMap<string, string>,
): AnswerQueries {
  const answerOf = (query: FactQuery): FactAnswer | undefined => {
    if (query.kind !== "path" && query.kind !== "text" && query.kind !== "words") return undefined;
    const path = joinPath("/", query.path);
    const text = elsewhere.get(path);
    if (text === undefined) return undefined;
    if (query.kind === "path") return { kind: "path", real: path, type: "file", links: 1 };
    if (query.kind === "text") return { kind: "text", text, complete: true };
    const lower = text.toLowerCase();
    return { kind: "words", holds: query.words.some((word) => lower.includes(word)) };
  };
  return async (queries) => {
    const known = new Map<string, FactAnswer>();
    const others = queries.filter((query) => {
      const found = answerOf(query);
      if (found !== undefined) known.set(queryKey(query), found);
      return found === undefined;
    });
    return new Map([...(await onDisk(others)), ...known]);
  };
}
