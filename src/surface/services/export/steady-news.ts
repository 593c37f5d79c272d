// What is said of a target that comes and goes: the first failure and the first recovery at once, the rest as one count an interval.
import type { DeliveryState } from "#record/delivery/delivery-state.ts";

/** How long what happens again is only counted. */
const NEWS_INTERVAL_MS = 15 * 60_000;
/** Changes of a target that are told at once within one interval: that it fails, and that it works again. */
const CHANGES_MAX = 2;

/**
 * What is worth an event of the log. `count`: entries; of `failing` and `delivering`, changes that were not told since the last
 * event.
 */
export type DeliveryNews = {
  readonly what: "failing" | "delivering" | "missed" | "dead" | "resumed";
  readonly reason: string;
  readonly count: number;
};

export type SteadyNews = {
  /** Hears what a batch came to. */
  changed(before: DeliveryState, after: DeliveryState, dead: number): void;
  /** Tells what was only counted, when its interval is over. */
  passed(): void;
};

/** The news of one target, told through `report`. */
export function createSteadyNews(
  report: (news: DeliveryNews) => void,
  nowMs: () => number,
): SteadyNews {
  let begunMs = Number.NEGATIVE_INFINITY;
  let told = 0;
  let changes = 0;
  let buried = 0;
  let toldDead = false;
  /** What the other side was last told to be in, and what it is in. */
  let trouble = "";
  const settle = (): void => {
    if (nowMs() - begunMs < NEWS_INTERVAL_MS) return;
    const [count, dead] = [changes, buried];
    [told, changes, buried, toldDead] = [0, 0, 0, false];
    begunMs = nowMs();
    if (dead > 0) report({ what: "dead", reason: "refused by the target", count: dead });
    if (count === 0) return;
    // What was counted ends with how it stands.
    told = 1;
    report(
      trouble === ""
        ? { what: "delivering", reason: "", count }
        : { what: "failing", reason: trouble, count },
    );
  };
  return {
    changed(before, after, dead) {
      settle();
      trouble = after.trouble;
      if (dead > 0 && toldDead) buried += dead;
      else if (dead > 0) {
        toldDead = true;
        report({ what: "dead", reason: "refused by the target", count: dead });
      }
      // One event when it begins: a target that is down for a week fills no log.
      if ((before.trouble === "") === (after.trouble === "")) return;
      if (told >= CHANGES_MAX) {
        changes += 1;
        return;
      }
      told += 1;
      report(
        after.trouble === ""
          ? { what: "delivering", reason: "", count: 0 }
          : { what: "failing", reason: after.trouble, count: 0 },
      );
    },
    passed: settle,
  };
}
