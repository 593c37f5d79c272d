// `sallyport policy check`: whether a policy can be used, and what it amounts to.
import { defineCommand } from "citty";
import { dayOf } from "#base/day.ts";
import { printable, printableJson } from "#base/printable.ts";
import { reviewRemarks } from "#govern/policy/review.ts";
import type { WithoutEffect } from "#govern/policy/without-effect.ts";
import { weakeningAttempts } from "#govern/policy/weakening-attempts.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import { machinePort } from "#guard/policy/machine-ports.ts";
import { ruleName } from "#guard/policy/policy.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { endingInWords } from "../../../services/exceptions/endings.ts";
import { type ExceptionStore, openExceptions } from "../../../services/exceptions/store.ts";
import { ownPorts } from "../../../services/hold/hosts/own-ports.ts";
import { type NamedPolicy, namedPolicy } from "../../policy/chosen-policy.ts";
import { idleIn } from "../../policy/idle-rules.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

/** What a policy amounts to. */
export type PolicyOutline = {
  readonly from: string;
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly extends: readonly string[];
  readonly tier: string | null;
  readonly role: string | null;
  /** What must be so wherever it is in force. */
  readonly requires: readonly string[];
  readonly automaticApproval: boolean;
  readonly lowerLayersMayAllow: boolean;
  /** What becomes of a call that no rule speaks of. */
  readonly otherwise: "ask" | "client";
  /** Ports of this machine that held code reaches. */
  readonly machinePorts: readonly string[];
  /** Rules that give way to a proven sandbox. */
  readonly contained: readonly string[];
  readonly rules: Readonly<Record<Exclude<Verdict, "abstain">, number>>;
  readonly examples: number;
  /** What deserves a look, although the policy can be used. */
  readonly notes: readonly string[];
};

/** Outlines a policy. `today`: the day in the form 2030-12-31, by which a review is due or not. */
export function outlinePolicy({ from, whole, policy }: NamedPolicy, today: string): PolicyOutline {
  const { pack } = whole;
  const count = (verdict: string): number =>
    policy.rules.filter((rule) => rule.verdict === verdict).length;
  return {
    from,
    id: policy.id,
    version: policy.version,
    digest: policy.digest,
    extends: pack.extends,
    tier: whole.tier ?? null,
    role: whole.role ?? null,
    requires: whole.requires,
    automaticApproval: policy.automaticApproval,
    lowerLayersMayAllow: whole.lowerMayAllow,
    otherwise: whole.otherwise ?? "client",
    machinePorts: policy.machinePorts ?? [],
    contained: policy.rules.flatMap(({ id, contained }) => (contained === undefined ? [] : [id])),
    rules: { deny: count("deny"), ask: count("ask"), allow: count("allow") },
    examples: pack.examples.length,
    notes: notesOn(pack, today),
  };
}

function notesOn({ review, examples }: NamedPolicy["whole"]["pack"], today: string): string[] {
  const notes = reviewRemarks(review, today).map(({ text }) => text);
  if (examples.length === 0) notes.push("it has no `examples` that `policy test` could try");
  return notes;
}

/** What of its exceptions expired or ends soon; a list that cannot be relied on is itself the note. */
export function endingsUnder(
  policy: NamedPolicy["policy"],
  store: Pick<ExceptionStore, "ending" | "isDamaged">,
  nowMs: number,
): readonly string[] {
  if (store.isDamaged()) return ["the exceptions were not signed by the operator: none counts"];
  // WHY without the layer: a file that is checked is called `user`, and may be in force as another layer.
  const plain = (name: string): string => name.slice(name.indexOf(":") + 1);
  const names = new Set(policy.rules.map((rule) => plain(ruleName(rule, policy))));
  return store
    .ending(nowMs)
    .filter(({ exception }) => exception.rules.some((name) => names.has(plain(name))))
    .map(endingInWords);
}

/** Ports that a policy names and that stay closed, because sallyport itself listens there. */
export function ownPortNotes(
  { machinePorts = [] }: NamedPolicy["policy"],
  own: ReadonlySet<number>,
): readonly string[] {
  return machinePorts
    .filter((entry) => own.has(machinePort(entry).port))
    .map((entry) => `sallyport itself listens on port ${entry}, so it stays closed to held code`);
}

export const checkCommand = defineCommand({
  meta: {
    name: "check",
    description: `Reads a policy file or a pack and says what it amounts to, and what of it has no effect: paths, hosts and remotes that nothing
can match, tools that the client does not have, lists that no rule reads, rules that never apply or never decide. Where that restricts less
than it says, the exit code is 2. Exit codes: 0 it can be used, 2 it cannot, or says what has no effect.

  sallyport policy check policy.yaml               what it amounts to, and its faults with line and column
  sallyport policy check policy.yaml --under team  what it tries against that one, in vain
  sallyport policy check team --json               for programs`,
  },
  args: {
    policy: {
      type: "positional",
      valueHint: "NAME|FILE",
      required: true,
      description: "a file, or the name of a pack",
    },
    under: {
      type: "string",
      valueHint: "NAME|FILE",
      description: "a policy above it: says what it tries against that one, in vain",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const named = namedPolicy(args.policy);
    const nowMs = Date.now();
    const data = args.data ?? dataDirectory();
    const store = openExceptions(directoriesIn(data));
    const endings = endingsUnder(named.policy, store, nowMs);
    const own = ownPortNotes(named.policy, ownPorts(data));
    const plain = outlinePolicy(named, dayOf(nowMs));
    const outline = { ...plain, notes: [...plain.notes, ...endings, ...own] };
    const attempts =
      args.under === undefined
        ? []
        : weakeningAttempts(namedPolicy(args.under).policy, {
            policy: named.policy,
            pack: named.whole.pack,
          });
    const idle = idleIn(named);
    const isWrong = idle.some(({ severity }) => severity === "error");
    if (isWrong) process.exitCode = exitCodes.unusable;
    const all = { ...outline, withoutEffect: idle };
    const told = args.under === undefined ? all : { ...all, attempts };
    await print(args.json === true ? printableJson(told) : outlineText(outline, isWrong));
    if (args.json === true) return;
    for (const one of idle) await print(idleText(one));
    for (const { rule, tried, why } of attempts)
      await print(`  no effect  ${printable(rule)}: ${printable(tried)}; ${printable(why)}`);
  },
});

/** One thing without effect in a line: its place first, so that an editor finds it. */
export function idleText({ severity, rule, message, at }: WithoutEffect): string {
  const place = [at.file, at.line, at.column].filter((part) => part !== undefined).join(":");
  return `${printable(place)}: ${severity === "error" ? "no effect" : "note"}  ${printable(rule)}: ${printable(message)}`;
}

function outlineText(outline: PolicyOutline, isWrong: boolean): string {
  const { deny, ask, allow } = outline.rules;
  const lines = [
    `${printable(outline.id)} ${printable(outline.version)}  ${outline.digest.slice(0, 12)}  ${isWrong ? "says what has no effect: see below" : "can be used"}`,
    `  rules      ${deny} deny, ${ask} ask, ${allow} allow`,
    `  approval   ${outline.automaticApproval ? "allow rules answer in the user's place" : "left to the client and the person"}`,
    ...(outline.otherwise === "ask" ? ["  otherwise  a person is asked"] : []),
    ...(outline.machinePorts.length === 0
      ? []
      : [`  ports      ${outline.machinePorts.join(", ")} of this machine, for held code`]),
    ...(outline.contained.length === 0
      ? []
      : [
          `  contained  ${outline.contained.join(", ")} in a proven sandbox (\`sallyport status\`)`,
        ]),
    ...(outline.extends.length === 0 ? [] : [`  extends    ${outline.extends.join(", ")}`]),
    ...(outline.tier === null ? [] : [`  tier       ${outline.tier}`]),
    ...(outline.role === null ? [] : [`  role       ${outline.role}`]),
    ...(outline.requires.includes("audit") ? ["  requires   a record of each call"] : []),
    `  examples   ${outline.examples}`,
    ...outline.notes.map((note) => `  note       ${printable(note)}`),
  ];
  return lines.join("\n");
}
