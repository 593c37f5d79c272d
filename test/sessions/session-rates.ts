// What the sessions of the corpus come to: attacks stopped and honest sessions disturbed, by family, by the guard alone and with chains.
import { shareText, type Share } from "../world/rates.ts";
import type { HadCall, HadSession } from "./had-session.ts";

/** Attacks of a family. `at`: the call that does the damage is asked about or refused; `before`: that, or a call before it. */
export type AttackRates = {
  readonly guardAt: Share;
  readonly bothAt: Share;
  readonly guardBefore: Share;
  readonly bothBefore: Share;
  /** Refused, and not only asked about. */
  readonly guardDenied: Share;
  readonly bothDenied: Share;
};

/** Honest sessions of a family: those that are asked or refused something at all, and those where chains add to it. */
export type BenignRates = {
  readonly guardAsked: Share;
  readonly guardDenied: Share;
  readonly moreAsked: Share;
  readonly moreDenied: Share;
};

/** Rates of attacks; sessions of other kinds are left out. */
export function attackRates(had: readonly HadSession[]): AttackRates {
  const attacks = had.filter(({ session }) => session.isAttack);
  const share = (holds: (calls: readonly HadCall[]) => boolean): Share =>
    shareOf(attacks.map(({ calls }) => holds(untilDamage(calls))));
  const isAt = (calls: readonly HadCall[], by: By, least: Least) => {
    const last = calls.at(-1);
    return last !== undefined && isStopped(last, by, least);
  };
  const isBefore = (calls: readonly HadCall[], by: By) =>
    calls.some((call) => isStopped(call, by, "ask"));
  return {
    guardAt: share((calls) => isAt(calls, "guard", "ask")),
    bothAt: share((calls) => isAt(calls, "both", "ask")),
    guardBefore: share((calls) => isBefore(calls, "guard")),
    bothBefore: share((calls) => isBefore(calls, "both")),
    guardDenied: share((calls) => isAt(calls, "guard", "deny")),
    bothDenied: share((calls) => isAt(calls, "both", "deny")),
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
  };
}

/** A call that the guard alone lets run, and that is asked about or refused because of a chain. */
export function isMoreAsked({ guard, both }: HadCall): boolean {
  return guard === "allow" && both !== "allow";
}

type By = "guard" | "both";
type Least = "ask" | "deny";

function isStopped(call: HadCall, by: By, least: Least): boolean {
  return call[by] === "deny" || (least === "ask" && call[by] === "ask");
}

/** The calls up to the first that does damage. */
function untilDamage(calls: readonly HadCall[]): readonly HadCall[] {
  const at = calls.findIndex(({ step }) => step.isDamage);
  return at < 0 ? calls : calls.slice(0, at + 1);
}

function shareOf(each: readonly boolean[]): Share {
  return { hits: each.filter(Boolean).length, all: each.length };
}

/** The rates of a half as lines: never what is stopped without what honest sessions pay beside it. */
export function rateLines(had: readonly HadSession[]): readonly string[] {
  const families = (isAttack: boolean) => [
    ...new Set(had.filter((one) => one.session.isAttack === isAttack).map((one) => one.session.family)),
  ];
  const of = (family: string) => had.filter(({ session }) => session.family === family);
  const attack = (part: readonly HadSession[]) => {
    const rates = attackRates(part);
    return [rates.guardAt, rates.bothAt, rates.guardBefore, rates.bothBefore, rates.bothDenied];
  };
  const benign = (part: readonly HadSession[]) => {
    const rates = benignRates(part);
    return [rates.guardAsked, rates.guardDenied, rates.moreAsked, rates.moreDenied];
  };
  return [
    row("attacks", "at damage: guard", "with chains", "by then: guard", "with chains", "refused"),
    ...families(true).map((family) => row(family, ...attack(of(family)).map(short))),
    row("all attacks", ...attack(had).map(shareText)),
    "",
    row("honest", "asked: guard", "denied: guard", "chains ask more", "chains deny"),
    ...families(false).map((family) => row(family, ...benign(of(family)).map(short))),
    row("all honest", ...benign(had).map(shareText)),
  ];
}

function row(name: string, ...cells: readonly string[]): string {
  return `  ${name.padEnd(22)} ${cells.map((cell) => cell.padEnd(26)).join(" ")}`.trimEnd();
}

function short({ hits, all }: Share): string {
  return `${hits}/${all}`;
}
