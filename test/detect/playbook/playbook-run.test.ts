// How far people are with a playbook: a step is done once, an unknown one never, and the last one ends it.
import { describe, expect, it } from "vitest";
import {
  finishedMs,
  type PlaybookRun,
  startedRun,
  withDone,
} from "#detect/playbook/playbook-run.ts";
import { loadPlaybooks } from "#surface/foundation/product/shipped-data.ts";

const [playbook] = loadPlaybooks();
if (playbook === undefined) throw new Error("none ships");

describe("a playbook that was begun", () => {
  const begun = startedRun(playbook, "ada", 1_000);
  it("has the steps of that time, none done", () => {
    expect(begun).toMatchObject({ playbook: playbook.id, startedMs: 1_000, by: "ada", done: [] });
    expect(begun.steps).toEqual(playbook.steps.map(({ id }) => id));
    expect(finishedMs(begun)).toBeUndefined();
  });
  it("takes a step once, the first time counts", () => {
    const once = withDone(begun, { step: "look", atMs: 2_000, by: "ada" });
    expect(once?.done).toEqual([{ step: "look", atMs: 2_000, by: "ada" }]);
    expect(once && withDone(once, { step: "look", atMs: 9_000, by: "bob" })).toBe(once);
    expect(withDone(begun, { step: "../look", atMs: 2_000, by: "ada" })).toBeUndefined();
  });
  it("is finished with its last step, in whatever order", () => {
    const all = begun.steps
      .toReversed()
      .reduce<PlaybookRun>(
        (run, step, at) => withDone(run, { step, atMs: 2_000 + at, by: "ada" }) ?? run,
        begun,
      );
    expect(finishedMs(all)).toBe(2_000 + begun.steps.length - 1);
  });
});
