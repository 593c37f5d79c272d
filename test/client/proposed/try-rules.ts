// Tries proposed rules in the real client: each denies the call that it is for, which runs or is asked about without it.
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { RuleList } from "#guard/native/stack.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { ToolUse } from "../model-stub.ts";
import { compareSession } from "../simulator/client-verdicts.ts";
import type { SessionCase } from "../simulator/pairs.ts";
import { fillPlacesDeep, type SessionPlaces } from "../session-files.ts";
import { callFor, formOf } from "./proposed-rules.ts";

/** What became of the call of one form. `without`: where there is no rule; undefined where it came to no decision. */
export type TriedForm = {
  readonly form: string;
  readonly rule: string;
  readonly call: string;
  readonly without: RuleList | undefined;
  readonly denied: RuleList | undefined;
};

/** WHY so few: the client ends a session that was refused too often. */
const RULES_PER_SESSION = 8;
const PLACES = { project: "/home/user/shop", home: "/home/user", outside: "/srv/other" };

/** What the simulated client does with a call where these rules deny. */
export function simulated(rules: readonly string[], call: ToolUse): RuleList {
  const places = PLACES as unknown as SessionPlaces;
  const native = openSession({
    layers: [
      {
        source: "project",
        file: "settings.json",
        root: PLACES.project,
        settings: { permissions: { deny: rules } },
      },
    ],
    mode: undefined,
    isTrusted: true,
    project: PLACES.project,
    home: PLACES.home,
  });
  const input = Object(fillPlacesDeep(call.input, places)) as Record<string, Json>;
  const seen = { tool: call.name, input, cwd: PLACES.project, hasRunShell: false };
  return simulateNative(native, seen, { realPath: () => undefined }).verdict;
}

/** Rules in sessions in which each call is denied by its own rule alone, so that what is refused says which rule held. */
function sessionsOf(rules: readonly string[]): readonly (readonly string[])[] {
  const sessions: string[][] = [];
  const isOwn = (rule: string, others: readonly string[]) =>
    simulated(others, callFor(rule)) !== "deny";
  for (const rule of rules) {
    const fits = sessions.find(
      (one) =>
        one.length < RULES_PER_SESSION &&
        isOwn(rule, one) &&
        one.every((other) => isOwn(other, [rule])),
    );
    if (fits === undefined) sessions.push([rule]);
    else fits.push(rule);
  }
  return sessions;
}

/** Tries the first rule of each form. */
export async function tryForms(
  rules: readonly string[],
  onSession: (tried: number) => void,
): Promise<readonly TriedForm[]> {
  const byForm = new Map(rules.map((rule) => [formOf(rule), rule] as const).toReversed());
  const tried: TriedForm[] = [];
  for (const session of sessionsOf([...byForm.values()])) {
    const calls = session.map(callFor);
    const denied = await verdictsOf(calls, session);
    const without = await verdictsOf(calls, []);
    session.forEach((rule, at) => {
      const call = calls[at];
      if (call === undefined) return;
      tried.push({
        form: formOf(rule),
        rule,
        call: JSON.stringify(call.input),
        without: without.get(call),
        denied: denied.get(call),
      });
    });
    onSession(tried.length);
  }
  return tried.toSorted((a, b) => (a.form < b.form ? -1 : 1));
}

async function verdictsOf(
  calls: readonly ToolUse[],
  deny: readonly string[],
): Promise<ReadonlyMap<ToolUse, RuleList>> {
  const session: SessionCase = {
    layers: [{ source: "project", settings: { permissions: { deny } } }],
    mode: undefined,
    isTrusted: true,
    hasServers: false,
    calls,
  };
  const { pairs } = await compareSession(session);
  return new Map(pairs.map(({ call, client }) => [call, client]));
}
