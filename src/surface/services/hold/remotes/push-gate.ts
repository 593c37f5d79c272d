// One push on its way to a server: read as it comes, held against what was judged, let go or refused as a whole.
import type { JudgedPush } from "#guard/vocabulary/remote-use.ts";
import { DescentCheck } from "./descent.ts";
import { judgePush, type RefVerdict } from "./judged-push.ts";
import { refusalOf } from "./push-answer.ts";
import { PushReader, type PushRequest } from "./push-request.ts";

/**
 * What becomes of it: `go` with each reference and what is to become of it, `refused` with the answer for git where it asked for one, or
 * `unread`.
 */
export type PushOutcome =
  | { readonly kind: "go"; readonly refs: readonly string[] }
  | {
      readonly kind: "refused";
      readonly ref: string;
      readonly why: string;
      readonly answer: Buffer | undefined;
    }
  | { readonly kind: "unread"; readonly why: string };

/** Who asks the inside for commits between two, and who hears what becomes of it, once. */
export type PushGateKeeper = {
  ask(way: { readonly old: string; readonly new: string }): void;
  settle(outcome: PushOutcome): void;
};

const BESIDE = "not pushed, because another reference of this push was refused";
const NO_DESCENT =
  "this call was not judged to replace it, and that its new commit descends from the old one was not shown";

/** Judges one push. `judged`: all pushes of the call to this remote. */
export class PushGate {
  readonly #judged: readonly JudgedPush[];
  readonly #keeper: PushGateKeeper;
  readonly #reader = new PushReader();
  #request: PushRequest | undefined;
  #verdicts: readonly RefVerdict[] = [];
  /** References whose descent is to be shown, and the one at hand. */
  #unproven: RefVerdict[] = [];
  #descent: DescentCheck | undefined;
  readonly #failed = new Set<string>();
  #isSettled = false;

  constructor(judged: readonly JudgedPush[], keeper: PushGateKeeper) {
    this.#judged = judged;
    this.#keeper = keeper;
  }

  /** Whether all that is asked for was read. */
  get isWhole(): boolean {
    return this.#request !== undefined;
  }

  /** Bytes of the push, in pieces; those behind what is asked for are not looked at. */
  take(piece: Buffer): void {
    if (this.#request !== undefined || this.#isSettled) return;
    const read = this.#reader.take(piece);
    if (read.kind === "refused") return this.#settle({ kind: "unread", why: read.why });
    if (read.kind === "more") return;
    this.#request = read.request;
    this.#verdicts = judgePush(read.request, this.#judged);
    // WHY not asked beside what is refused anyway: the whole push is.
    this.#unproven = this.#verdicts.every(({ may }) => may !== "no")
      ? this.#verdicts.filter(({ may }) => may === "as-descendant")
      : [];
    this.#askDescent();
  }

  /** A commit that was asked for. */
  takeCommit(commit: Buffer): void {
    this.#descent?.take(commit);
  }

  /** No more of them. */
  endCommits(): void {
    const [one] = this.#unproven;
    if (one === undefined || this.#descent === undefined) return;
    if (!this.#descent.isProven) this.#failed.add(one.command.name);
    this.#descent = undefined;
    this.#unproven.shift();
    this.#askDescent();
  }

  /** Asks the inside for the commits of the next reference; all shown, the push is let go or refused. */
  #askDescent(): void {
    const command = this.#unproven[0]?.command;
    if (command === undefined) return this.#decide();
    this.#descent = new DescentCheck({ from: command.new, to: command.old });
    if (this.#descent.isProven) return this.endCommits();
    this.#keeper.ask({ old: command.old, new: command.new });
  }

  #decide(): void {
    const request = this.#request;
    if (request === undefined) return;
    const reasons = this.#verdicts.map((one) =>
      one.may === "no" ? one.why : this.#failed.has(one.command.name) ? NO_DESCENT : undefined,
    );
    const why = reasons.find((reason) => reason !== undefined);
    if (why === undefined) {
      const refs = this.#verdicts.map(({ command, change }) => `${change} ${command.name}`);
      return this.#settle({ kind: "go", refs });
    }
    const told = reasons.map((reason) => `sallyport: ${reason ?? BESIDE}`);
    const ref = request.commands[reasons.indexOf(why)]?.name ?? "";
    this.#settle({ kind: "refused", ref, why, answer: refusalOf(request, told) });
  }

  #settle(outcome: PushOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#keeper.settle(outcome);
  }
}
