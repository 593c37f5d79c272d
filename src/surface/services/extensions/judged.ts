// One verdict on an extension: all that it runs, judged by the policy in force, the strictest first; and what it can do, by kind.
import { VERDICTS_BY_STRICTNESS, type Decision, type Verdict } from "#guard/policy/decision.ts";
import { headlineOf } from "#guard/effects/headline.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import type { NotRead } from "./items.ts";
import type { Look, Looked } from "./looks.ts";

/** Places, hosts and sentences that are named of one kind. */
const NAMED_MAX = 20;
/** Bytes of a script in which the line of an effect is looked for. */
const SCRIPT_BYTES_MAX = 256 * 1024;

/**
 * `refuse`, `ask` and `allow`: what the policy makes of the worst that it runs. `unread`: nothing of it is refused or asked about, but not
 * all of it was looked into, so nobody can say that it is allowed.
 */
export type ItemVerdict = "refuse" | "ask" | "unread" | "allow";
export const ITEM_VERDICTS: readonly ItemVerdict[] = ["refuse", "ask", "unread", "allow"];

/** What it can do, in places and words. Each list is cut at twenty; `more` counts what was left out. */
export type Abilities = {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly deletes: readonly string[];
  readonly hosts: readonly string[];
  /** Code of which nobody can say what it does. */
  readonly code: readonly string[];
  readonly secrets: readonly string[];
  readonly other: readonly string[];
  readonly more: number;
};

export type JudgedItem = {
  readonly verdict: ItemVerdict;
  readonly because: string;
  /** The file and line of what made the verdict; null where nothing is run. */
  readonly where: string | null;
  readonly how: Look["how"] | null;
  readonly rule: string | null;
  /** How many things it runs. */
  readonly runs: number;
  readonly can: Abilities;
  readonly notRead: readonly NotRead[];
};

/** Judges a call as nothing would hold it. */
export type JudgeLook = (call: ToolCall) => Promise<Decision>;

/** How an extension stands where code in the client is concerned, and whether a person approved the server. */
export type Agreed = { readonly isAgreed: boolean };

type Worst = Pick<JudgedItem, "because" | "where" | "how" | "rule"> & { readonly verdict: Verdict };
type Where = { readonly projectRoot: string; readonly home: string };

/** Judges all that it runs. `tools`: calls of a server's tools, which are judged instead of its start where a person approved it. */
export async function judgedItem(
  { looks, notRead, grants, grantedAt }: Looked,
  {
    judge,
    where,
    isAgreed,
    tools = [],
  }: Agreed & {
    readonly judge: JudgeLook;
    readonly where: Where;
    readonly tools?: readonly { readonly call: ToolCall; readonly file: string }[];
  },
): Promise<JudgedItem> {
  const can = startAbilities(where);
  const found: Worst[] = [];
  for (const look of looks) {
    if (look.how === "code in the client") {
      can.add("code", "code inside of the client, which no hook sees");
      found.push(ofMod(look, isAgreed));
    }
    for (const command of look.commands) {
      const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
      const call = { id: "", tool: "Bash", cwd: where.projectRoot, input } as const;
      const decision = await judge(call);
      can.addAll(decision);
      // A person approved of the start when they approved of the server.
      if (tools.length === 0 || !isAgreed) found.push(worstOf(look, decision));
    }
  }
  for (const { call, file } of tools) {
    const decision = await judge(call);
    can.addAll(decision);
    found.push(worstOf({ how: "server", file, line: 1 }, decision));
  }
  if (grants.length > 0) {
    can.add("other", `the client does not ask about ${grants.slice(0, NAMED_MAX).join(", ")}`);
    if (grants.some(isEveryCommand)) found.push(EVERY_COMMAND(grantedAt ?? null));
  }
  const [worst] = found.toSorted((one, other) => rank(one.verdict) - rank(other.verdict));
  return {
    ...verdictOf(worst, notRead),
    runs: looks.length + tools.length,
    can: can.all(),
    notRead,
  };
}

const rank = (verdict: Verdict): number => VERDICTS_BY_STRICTNESS.indexOf(verdict);
const isEveryCommand = (tool: string): boolean => /^(?:\*|all|Bash|Bash\(:?\*?\))$/i.test(tool);

const EVERY_COMMAND = (where: string | null): Worst => ({
  verdict: "ask",
  because:
    "it has the client run every shell command without a question; sallyport still judges each",
  where,
  how: "allowed command",
  rule: null,
});

function ofMod({ how, file, line }: Look, isAgreed: boolean): Worst {
  const at = { how, where: `${file}:${line}`, rule: null };
  return isAgreed
    ? { ...at, verdict: "allow", because: "a person agreed to its code in the client" }
    : {
        ...at,
        verdict: "deny",
        because: "it brings code into the client that nobody agreed to: it holds sessions",
      };
}

function worstOf({ how, file, line }: Omit<Look, "commands">, decision: Decision): Worst {
  const [first] = decision.reasons;
  const effect = first?.effect === undefined ? undefined : decision.effects[first.effect];
  const at = how === "script" || how === "program" ? lineOf(file, effect) : line;
  return {
    verdict: decision.verdict,
    because: first?.text ?? "no rule speaks of it",
    where: `${file}:${at}`,
    how,
    rule: first?.rule ?? null,
  };
}

function verdictOf(
  worst: Worst | undefined,
  notRead: readonly NotRead[],
): Pick<JudgedItem, "verdict" | "because" | "where" | "how" | "rule"> {
  if (worst !== undefined && (worst.verdict === "deny" || worst.verdict === "ask"))
    return { ...worst, verdict: worst.verdict === "deny" ? "refuse" : "ask" };
  if (worst?.verdict === "abstain")
    return {
      ...worst,
      verdict: "ask",
      because: `the policy leaves it to the client, which asks by its own rules: ${worst.because}`,
    };
  const [first] = notRead;
  if (first !== undefined)
    return { verdict: "unread", because: first.why, where: first.what, how: null, rule: null };
  if (worst !== undefined) return { ...worst, verdict: "allow" };
  const because = "it runs nothing by itself: what it has the model do is judged call by call";
  return { verdict: "allow", because, where: null, how: null, rule: null };
}

/** The first line of a script that names what an effect is about; its first where none does. */
function lineOf(file: string, effect: Effect | undefined): number {
  const name = effect === undefined ? undefined : nameIn(effect);
  const read = name ? readRegularFileNow(file, SCRIPT_BYTES_MAX) : undefined;
  if (name === undefined || read === undefined) return 1;
  const lines = Buffer.from(read.bytes).toString("utf8").split("\n");
  return Math.max(1, lines.findIndex((line) => line.includes(name)) + 1);
}

function nameIn(effect: Effect): string | undefined {
  if ("target" in effect) return effect.target && placeOf(effect.target)?.split("/").at(-1);
  if (effect.kind === "egress") return effect.destination.host;
  return effect.kind === "execute" ? effect.program : undefined;
}

function placeOf(target: Target): string | undefined {
  return target.kind === "unresolved" ? target.within : target.path;
}

type Kind = Exclude<keyof Abilities, "more">;

function startAbilities(where: Where) {
  const lists = new Map<Kind, Set<string>>();
  let more = 0;
  const add = (kind: Kind, words: string): void => {
    const list = lists.get(kind) ?? new Set();
    lists.set(kind, list);
    if (list.has(words)) return;
    if (list.size < NAMED_MAX) list.add(words);
    else more += 1;
  };
  const addEffect = (effect: Effect): void => {
    const words = headlineOf(effect, where);
    switch (effect.kind) {
      case "read":
      case "write":
      case "delete":
        return add(`${effect.kind}s`, withoutVerb(words));
      case "egress":
        for (const source of effect.carries)
          if (source.kind === "environment" || source.kind === "variable")
            add("secrets", "variables of the environment, sent elsewhere");
        return add("hosts", effect.destination.host ?? "a host that is not known before");
      case "execute":
        if (effect.reach === "unbounded")
          add("code", effect.program ?? "a program that is not known before");
        return;
      default:
        return add("other", words);
    }
  };
  return {
    add,
    addAll({ effects, reasons }: Decision): void {
      for (const effect of effects) addEffect(effect);
      for (const { rule, effect } of reasons)
        if (/\/secrets\//.test(rule) && effect !== undefined) {
          const one = effects[effect];
          if (one !== undefined) add("secrets", headlineOf(one, where));
        }
    },
    all(): Abilities {
      const of = (kind: Kind): readonly string[] => [...(lists.get(kind) ?? [])];
      const [reads, writes, deletes] = [of("reads"), of("writes"), of("deletes")];
      const [hosts, code, secrets] = [of("hosts"), of("code"), of("secrets")];
      return { reads, writes, deletes, hosts, code, secrets, other: of("other"), more };
    },
  };
}

/** The place alone: the list says what is done to it. */
function withoutVerb(words: string): string {
  return /`[^`]*`.*$/.exec(words)?.[0] ?? words;
}
