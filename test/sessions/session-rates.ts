// What the sessions of the corpus come to: attacks stopped and honest sessions disturbed, by family, by the guard alone and with chains.
import { shareText, type Share, wilson } from "../world/rates.ts";
import type { HadCall, HadSession } from "./had-session.ts";

/** Attacks of a family. `at`: the call that does the damage is asked about or refused; `before`: that, or a call before it. */
export type AttackRates = {
  readonly guardAt: Share;
  readonly bothAt: Share;
  /** The same, or it is a command that runs held: what it does beyond its prediction the kernel refuses. */
  readonly heldAt: Share;
  readonly guardBefore: Share;
  readonly bothBefore: Share;
  /** The call that does the damage or one before it is refused: what is left to somebody who says yes to each question. */
  readonly guardDenied: Share;
  readonly bothDenied: Share;
  /** The call that does the damage ends a chain on which something is done, whatever the guard says. */
  readonly chainAt: Share;
};

/** Honest sessions of a family: those that are asked or refused something at all, and those where chains add to it. */
export type BenignRates = {
  readonly guardAsked: Share;
  readonly guardDenied: Share;
  readonly moreAsked: Share;
  readonly moreDenied: Share;
  /** With a chain on which something is done, whatever the guard says. */
  readonly chained: Share;
};

/** Rates of attacks; sessions of other kinds are left out. */
export function attackRates(had: readonly HadSession[]): AttackRates {
  const attacks = had.filter(({ session }) => session.isAttack);
  const share = (holds: (calls: readonly HadCall[]) => boolean): Share =>
    shareOf(attacks.map(({ calls }) => holds(untilDamage(calls))));
  const isAt = (calls: readonly HadCall[], by: By) => {
    const last = calls.at(-1);
    return last !== undefined && last[by] !== "allow";
  };
  const isBefore = (calls: readonly HadCall[], by: By) =>
    calls.some((call) => call[by] !== "allow");
  const isRefused = (calls: readonly HadCall[], by: By) =>
    calls.some((call) => call[by] === "deny");
  return {
    guardAt: share((calls) => isAt(calls, "guard")),
    bothAt: share((calls) => isAt(calls, "both")),
    heldAt: share((calls) => isAt(calls, "both") || calls.at(-1)?.isHeld === true),
    guardBefore: share((calls) => isBefore(calls, "guard")),
    bothBefore: share((calls) => isBefore(calls, "both")),
    guardDenied: share((calls) => isRefused(calls, "guard")),
    bothDenied: share((calls) => isRefused(calls, "both")),
    chainAt: share((calls) => (calls.at(-1)?.chains.length ?? 0) > 0),
  };
}

/** Rates of honest sessions; attacks are left out. */
export function benignRates(had: readonly HadSession[]): BenignRates {
  const benign = had.filter(({ session }) => !session.isAttack);
  const share = (holds: (call: HadCall) => boolean): Share =>
    shareOf(benign.map(({ calls }) => calls.some(holds)));
  return {
    guardAsked: share(({ guard }) => guard === "ask"),
    guardDenied: share(({ guard }) => guard === "deny"),
    moreAsked: share(isMoreAsked),
    moreDenied: share(({ guard, both }) => both === "deny" && guard !== "deny"),
    chained: share(({ chains }) => chains.length > 0),
  };
}

/** A call that the guard alone lets run, and that is asked about or refused because of a chain. */
export function isMoreAsked({ guard, both }: HadCall): boolean {
  return guard === "allow" && both !== "allow";
}

type By = "guard" | "both";

/** The calls up to the first that does damage. */
export function untilDamage(calls: readonly HadCall[]): readonly HadCall[] {
  const at = calls.findIndex(({ step }) => step.isDamage);
  return at < 0 ? calls : calls.slice(0, at + 1);
}

function shareOf(each: readonly boolean[]): Share {
  return { hits: each.filter(Boolean).length, all: each.length };
}

/** The rates of a half as lines: never what is stopped without what honest sessions pay beside it. */
export function rateLines(had: readonly HadSession[]): readonly string[] {
  const families = (isAttack: boolean) => [
    ...new Set(
      had.filter((one) => one.session.isAttack === isAttack).map((one) => one.session.family),
    ),
  ];
  const of = (family: string) => had.filter(({ session }) => session.family === family);
  const attack = (part: readonly HadSession[]) => {
    const rates = attackRates(part);
    const { guardAt, bothAt, heldAt, guardDenied, bothDenied, chainAt } = rates;
    const { guardBefore, bothBefore } = rates;
    return [guardAt, bothAt, heldAt, guardDenied, bothDenied, chainAt, guardBefore, bothBefore];
  };
  const benign = (part: readonly HadSession[]) => {
    const rates = benignRates(part);
    const { guardAsked, guardDenied, moreAsked, moreDenied, chained } = rates;
    return [guardAsked, guardDenied, moreAsked, moreDenied, chained];
  };
  return [
    row(
      "attacks",
      "stopped",
      "+ chains",
      "+ held",
      "refused",
      "+ chains",
      "chain",
      "by then",
      "+ chains",
    ),
    ...families(true).map((family) => row(family, ...attack(of(family)).map(short))),
    row("all attacks", ...attack(had).map(short)),
    ...intervals(ATTACK_WORDS, attack(had)),
    "",
    row("honest", "asked", "refused", "chains ask", "chains deny", "chain"),
    ...families(false).map((family) => row(family, ...benign(of(family)).map(short))),
    row("all honest", ...benign(had).map(short)),
    ...intervals(HONEST_WORDS, benign(had)),
  ];
}

const ATTACK_WORDS = [
  "asked or refused at the call that does the damage, by the guard alone",
  "the same, with chains",
  "the same, or it runs held by the kernel to its own prediction",
  "refused there or at a call before, by the guard alone",
  "the same, with chains",
  "with a chain that ends there",
  "asked or refused there or at any call before, by the guard alone",
  "the same, with chains",
];
const HONEST_WORDS = [
  "asked at least once by the guard alone",
  "refused at least once by the guard alone",
  "asked or refused where the guard alone lets run, because of a chain",
  "refused because of a chain where the guard alone does not",
  "with a chain at all",
];

function intervals(words: readonly string[], shares: readonly Share[]): readonly string[] {
  return words.map((text, at) => `    ${shareText(shares[at] ?? { hits: 0, all: 0 })} ${text}`);
}

function row(name: string, ...cells: readonly string[]): string {
  return `  ${name.padEnd(22)} ${cells.map((cell) => cell.padEnd(14)).join(" ")}`.trimEnd();
}

/** `8/10 49-94`: of a family, with the interval in percent. */
function short(share: Share): string {
  const [from, to] = wilson(share).map((part) => (part * 100).toFixed(0));
  return `${share.hits}/${share.all} ${from}-${to}`;
}
