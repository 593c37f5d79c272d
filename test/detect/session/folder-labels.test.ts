// Labels of a folder: kept up to date, they are those that a look at every file below it gives.
import { expect, it } from "vitest";
import fc from "fast-check";
import { createFlow } from "#detect/session/flow.ts";
import type { Label } from "#detect/session/labels.ts";

const FILES = ["a/x.ts", "a/b/y.ts", "a/b/z.ts", "c.ts"] as const;
const FOLDERS = ["", "a", "a/b", "c.ts", "d"] as const;
const LABELS_MAX = 8;

const label = fc
  .record({
    from: fc.constantFrom("one", "two", "three"),
    bond: fc.constantFrom("data", "context"),
  })
  .map(({ from, bond }): Label => {
    const step = { index: 0, words: "", before: undefined };
    return { trust: "web", from, key: `web:${from}`, bond: bond as Label["bond"], turn: 0, step };
  });
const act = fc.oneof(
  fc.record({ add: fc.constantFrom(...FILES), labels: fc.array(label, { maxLength: 3 }) }),
  fc.record({ clear: fc.constantFrom(...FILES) }),
  fc.record({ read: fc.constantFrom(...FOLDERS) }),
);

it("has the sources, and how strongly they are bound, of a flow that was never asked before", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const asked = createFlow();
      const fresh = createFlow();
      for (const one of acts) {
        if ("read" in one) asked.ofFile(one.read);
        for (const flow of [asked, fresh])
          if ("add" in one) flow.addToFile(one.add, one.labels);
          else if ("clear" in one) flow.clearFile(one.clear);
      }
      for (const folder of FOLDERS) {
        const told = (labels: readonly Label[]) => labels.map(({ key, bond }) => `${key} ${bond}`);
        expect(told(asked.ofFile(folder)).sort()).toEqual(told(fresh.ofFile(folder)).sort());
      }
    }),
  );
});

it("goes with the newest sources of a folder that is read again and again", () => {
  const flow = createFlow();
  for (let at = 0; at < 1_000; at += 1) {
    const step = { index: at, words: "", before: undefined };
    const from = `host-${at}`;
    flow.addToFile(`vendor/${at}.js`, [
      { trust: "web", from, key: `web:${from}`, bond: "data", turn: 0, step },
    ]);
    if (at % 3 !== 0) continue;
    const sources = flow.ofFile("vendor").map((one) => one.from);
    expect(sources).toHaveLength(Math.min(LABELS_MAX, at + 1));
    expect(sources.at(-1)).toBe(from);
  }
});
