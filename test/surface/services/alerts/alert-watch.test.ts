// The log held against the detections as it grows: what comes before the beginning is only remembered, milder ones are not told, nothing finds itself.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "#record/log/leaf.ts";
import type { ViewedEntry } from "#record/store/log-view.ts";
import { parseRule } from "#detect/correlation/rule-file.ts";
import { loadLists } from "#surface/foundation/product/shipped-data.ts";
import { createAlertWatch } from "#surface/services/alerts/alert-watch.ts";

const rule = (name: string, level: string, rest: string) => ({
  rule: parseRule(
    `title: Rule ${name}\nid: 00000000-0000-4000-8000-${name.padStart(12, "0")}\nstatus: test\ndescription: d\ndate: 2026-11-24\ntags: [attack.impact]\n${rest}level: ${level}\nfalsepositives: [none]\nrunbook: docs/runbooks/impact.md#x\n`,
    `${name}.yml`,
    `impact/${name}`,
    loadLists(),
  ),
  file: `${name}.yml`,
  text: "",
});
const single = (word: string) =>
  `logsource: { product: sallyport, category: decision }\ndetection: { s: { verdict: ${word} }, condition: s }\n`;

const RULES = [rule("1", "high", single("deny")), rule("2", "low", single("ask"))];
const entry = (index: number, metadata: JsonObject): ViewedEntry =>
  ({
    index,
    leaf: { kind: "leaf", id: `e${index}`, timeMs: index * 1_000, metadata, sections: [] },
    sealed: undefined,
    isForged: false,
  }) as unknown as ViewedEntry;
async function* of(...entries: readonly ViewedEntry[]) {
  yield* entries;
}
const decision = (index: number, verdict: string) =>
  entry(index, { kind: "decision", verdict, session: `s${index}` });
const watch = (begin = 0) => createAlertWatch(RULES, { begin, nowMs: () => 0 });

describe("the watch", () => {
  it("tells what is grave enough, with the session as the log names it", async () => {
    const found = await watch().take(
      of(decision(1, "deny"), decision(2, "ask"), decision(3, "allow")),
    );
    expect(found).toMatchObject([{ rule: "impact/1", events: [1], place: { pseudonym: "s1" } }]);
  });

  it("tells nothing of what lies before its beginning", async () => {
    const later = watch(2);
    expect(await later.take(of(decision(1, "deny")))).toEqual([]);
    expect(await later.take(of(decision(2, "deny")))).toHaveLength(1);
  });

  it("finds the same once, whoever hands it in again", async () => {
    const one = watch();
    expect(await one.take(of(decision(1, "deny")))).toHaveLength(1);
    expect(await one.take(of(decision(1, "deny")))).toEqual([]);
  });

  it("tells of a storm while events still come", async () => {
    let nowMs = 0;
    const one = createAlertWatch(RULES, { begin: 0, nowMs: () => nowMs });
    const first = Array.from({ length: 100 }, (_, at) => decision(at, "deny"));
    expect(await one.take(of(...first))).toHaveLength(60);
    nowMs = 61_000;
    const next = await one.take(of(decision(100, "deny")));
    expect(next.map(({ rule: name, repeats }) => [name, repeats])).toEqual([
      ["impact/1", 0],
      ["sallyport/alert-storm", 39],
    ]);
  });

  it("looks at no alert and no incident, and stands entries that cannot be read", async () => {
    const alert = entry(1, { kind: "alert", verdict: "deny" });
    const broken = { ...entry(2, {}), leaf: { kind: "fault" } } as unknown as ViewedEntry;
    expect(await watch().take(of(alert, broken))).toEqual([]);
    expect(watch().passed()).toEqual([]);
  });
});
