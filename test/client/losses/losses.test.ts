// Some acts with which agents lost people's work, done in the real client and taken back to the byte; all of them: `npm run losses`.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WHY_NOT_HELD } from "../../holding.ts";
import { skipIfMissing } from "../../skipping.ts";
import { type GuardedProject, openGuardedProject } from "../guarded-stand.ts";
import { whyMissing } from "../machine.ts";
import { haveLoss } from "./had-loss.ts";
import { LOSS_ACTS } from "./loss-acts.ts";

let guarded: GuardedProject | undefined;
let missing: string | undefined;
beforeAll(async () => {
  missing = (await whyMissing(["client"])) ?? WHY_NOT_HELD;
  if (missing === undefined) guarded = openGuardedProject({ "a.txt": "x\n" });
}, 300_000);
afterAll(() => guarded?.close());

async function had(id: string, mode: string) {
  const act = LOSS_ACTS.find((one) => one.id === id);
  if (guarded === undefined || act === undefined) throw new Error(`there is no act ${id}`);
  return haveLoss(guarded, act, { mode });
}

describe("a loss in the real client", () => {
  test.for([
    ["reset-commit", "acceptEdits", "allow"],
    ["stash-drop", "bypassPermissions", "allow"],
    ["forget", "acceptEdits", "ask"],
    ["database-rows", "acceptEdits", "allow"],
  ] as const)("`%s` in %s is undone to the byte", async ([id, mode, answer], ctx) => {
    skipIfMissing(ctx, missing);
    const one = await had(id, mode);
    expect(one.lost).toBeGreaterThan(0);
    expect([one.answer, one.undone?.code, one.left]).toEqual([answer, 0, []]);
  });

  test("what could not be brought back is said before it goes", async (ctx) => {
    skipIfMissing(ctx, missing);
    const one = await had("too-large", "acceptEdits");
    expect([one.isSaid, one.left]).toEqual([true, ["huge.bin"]]);
  });

  test("the folder of the repository itself is refused", async (ctx) => {
    skipIfMissing(ctx, missing);
    expect(await had("repository", "bypassPermissions")).toMatchObject({ answer: "deny", lost: 0 });
  });
});
