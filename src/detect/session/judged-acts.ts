// Acts from judgements: what the graph of a session that goes on takes in, before anything is on record. Its words stay in memory.
import type { Decision } from "#guard/policy/decision.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { effectNames, type Roots } from "#record/event/effect-names.ts";
import type { CallAct } from "./act.ts";
import { callAct, type Contact } from "./call-act.ts";

/** Where a judged call stands. `agent` is empty for the session's own. */
export type JudgedPlace = Roots & { readonly index: number; readonly agent: string };

/** A call that was judged; `verdict` is what counts, which is not the decision's where nothing is enforced. */
export function judgedCall(
  call: ToolCall,
  { effects, reasons }: Pick<Decision, "effects" | "reasons">,
  verdict: Decision["verdict"],
  { index, agent, ...roots }: JudgedPlace,
): CallAct {
  const names = effectNames(call, effects, roots);
  return callAct({
    index,
    agent,
    call: call.id,
    tool: call.tool,
    said: saidBy(call),
    verdict: verdict === "deny" || verdict === "ask" ? verdict : "allow",
    effects: [...new Set(effects.map(classOf))],
    rules: reasons.map(({ rule }) => rule),
    names: (kind) => names[kind],
    hosts: contactsOf(effects),
  });
}

/** What names are looked for in: a command, or the tool of a server. */
function saidBy({ input }: ToolCall): string | undefined {
  if (input.kind === "bash") return input.command;
  return input.kind === "mcp" ? input.tool : undefined;
}

/** As `effectSummary` names it, for the kinds of which the graph asks more than the kind. */
function classOf(effect: Effect): string {
  if (effect.kind === "execute") return `execute/${effect.origin}-${effect.reach}`;
  return effect.kind === "history" ? `history/${effect.operation}` : effect.kind;
}

function contactsOf(effects: readonly Effect[]): readonly Contact[] {
  const contacts = new Map<string, Contact>();
  for (const effect of effects) {
    if (effect.kind !== "egress" || effect.destination.host === undefined) continue;
    const { host: name, known } = effect.destination;
    const sends = effect.asks !== true || effect.carries.some(({ kind }) => kind !== "argument");
    const before = contacts.get(name);
    contacts.set(name, { name, known, sends: sends || before?.sends === true });
  }
  return [...contacts.values()];
}
