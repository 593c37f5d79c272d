// The 68 ways to read a secret from Bash, through the real client in a guarded project: none brings it to the model.
import { beforeAll, describe, expect, it, type TestContext } from "vitest";
import { whyMissing } from "./machine.ts";
import { type ReadMatrix, runReadForms } from "./measure-reads.ts";
import { readForms } from "./read-forms.ts";

/** Forms that leak today, by id, each with the reason. A form that no longer leaks must leave this list. */
const KNOWN_LEAKS: Readonly<Record<string, string>> = {};

describe.each(["bash", "zsh"] as const)("the read forms in %s", (shell) => {
  let missing: string | undefined;
  let matrix: ReadMatrix;
  const need = (ctx: TestContext) => {
    if (missing !== undefined) ctx.skip(missing);
  };

  beforeAll(async () => {
    missing = await whyMissing(shell === "zsh" ? ["client", "zsh"] : ["client"]);
    if (missing === undefined) matrix = await runReadForms(shell);
  }, 300_000);

  it("leak nothing but where it is known", (ctx) => {
    need(ctx);
    expect(matrix.outcomes).toHaveLength(readForms.length);
    const leaks = matrix.outcomes.filter(({ leak }) => leak !== undefined);
    expect(leaks.map(({ form }) => form.id)).toEqual(Object.keys(KNOWN_LEAKS));
  });
  it("are each answered by the guard, and what it denies or asks does not run", (ctx) => {
    need(ctx);
    const wrong = matrix.outcomes.filter(({ verdict, rule, wasDenied }) => {
      const isRefused = verdict === "deny" || verdict === "ask";
      return verdict === "none" || (isRefused && (!wasDenied || rule === undefined));
    });
    expect(wrong).toEqual([]);
  });
  it("are all refused, by a rule or for want of a person to ask", (ctx) => {
    need(ctx);
    const passed = matrix.outcomes.filter(
      ({ form, verdict }) => verdict !== "deny" && verdict !== "ask" && !(form.id in KNOWN_LEAKS),
    );
    expect(passed.map(({ form, verdict }) => `${form.id} ${form.command}: ${verdict}`)).toEqual([]);
  });
  it("leave a harmless read of the same session alone, before them and after", (ctx) => {
    need(ctx);
    expect(matrix.plainBefore).toBe("public");
    expect(matrix.plainAfter).toBe("public");
  });
});
