// The journal of a fleet: each entry follows from the one before it, and nothing in it can be changed, left out or put in.
import { expect, test } from "vitest";
import { addDeed, type Deed, type FleetState, readJournal } from "#assure/rollout/journal.ts";

const bundle = (version: number) => ({ version, content: String(version).padStart(64, "0") });
const released: Deed = {
  what: "released",
  policy: "baseline",
  tiers: ["low-risk"],
  stages: { observe: bundle(1), ask: bundle(2), enforce: bundle(3) },
  back: null,
};
const on = { policy: "baseline", tier: "low-risk" } as const;
const write = (deeds: readonly Deed[]): { readonly text: string; readonly state: FleetState } => {
  let state = readJournal("", "j");
  let text = "";
  for (const [index, deed] of deeds.entries()) {
    const added = addDeed(state, { deed, by: "ada", timeMs: index });
    text += added.line;
    state = added.state;
  }
  return { text, state };
};
const all: readonly Deed[] = [
  released,
  { what: "advanced", ...on, ring: 0, stage: "ask" },
  { what: "held", ...on, reasons: ["too many questions"] },
  { what: "resumed", ...on, reasons: [] },
  { what: "moved", remote: "github.com/acme/shop", tier: "regulated", because: "card data" },
  { what: "measured", fact: "redteam.green", value: 1, document: "a".repeat(64) },
  { what: "taken-back", ...on, reasons: ["it fails"] },
  { what: "revoked", versions: [3, 900], because: "it fails" },
];

test("is read as it was written, and what follows is the same", () => {
  const { text, state } = write(all);
  expect(readJournal(text, "j")).toEqual(state);
  expect(state.tracks.get("baseline/low-risk")).toMatchObject({
    standing: "taken-back",
    reason: "it fails",
  });
  expect(state.moved.get("github.com/acme/shop")).toMatchObject({ tier: "regulated", by: "ada" });
});
test("is refused with a line that was changed, left out, put elsewhere or cut", () => {
  const lines = write(all).text.trimEnd().split("\n");
  const swapped = [lines[1], lines[0], ...lines.slice(2)];
  for (const [what, made] of [
    [
      "changed",
      lines.map((line, index) => (index === 2 ? line.replace("too many", "too few!") : line)),
    ],
    ["left out", lines.toSpliced(3, 1)],
    ["elsewhere", swapped],
    ["cut", [...lines.slice(0, -1), lines.at(-1)?.slice(0, 80)]],
    ["twice", [...lines, lines.at(-1)]],
  ] as const)
    expect(() => readJournal(`${made.join("\n")}\n`, "j"), what).toThrow(
      /cannot be relied on: line \d/,
    );
});
test("revokes no version that machines are to have", () => {
  const state = write(all.slice(0, 1)).state;
  const revoke = (versions: number[]) => () =>
    addDeed(state, { deed: { what: "revoked", versions, because: "x" }, by: "ada", timeMs: 9 });
  expect(revoke([9])().state.revoked).toEqual(new Set([9]));
  for (const version of [1, 2, 3]) expect(revoke([9, version])).toThrow(/hands out: take it back/);
  const raised: Deed = { what: "raised", of: bundle(3).content, bundle: bundle(8) };
  const higher = write([released, raised]).state;
  expect(() =>
    addDeed(higher, {
      deed: { what: "revoked", versions: [8], because: "x" },
      by: "ada",
      timeMs: 9,
    }),
  ).toThrow(/version 8 is one that baseline\/low-risk hands out/);
  expect(write(all).state.revoked).toEqual(new Set([3, 900]));
});
test("takes nothing that cannot happen now", () => {
  const { state } = write(all);
  const add = (deed: Deed) => () => addDeed(state, { deed, by: "ada", timeMs: 9 });
  expect(add({ what: "advanced", ...on, ring: 1, stage: "observe" })).toThrow(/has ended/);
  expect(add({ what: "held", policy: "other", tier: "ci", reasons: [] })).toThrow(
    /no release of other\/ci/,
  );
  expect(add(released)).not.toThrow();
  const running = write([released]).state;
  expect(() => addDeed(running, { deed: released, by: "ada", timeMs: 9 })).toThrow(/is under way/);
});
