// What a report counts: calls once, by their first rule, with commands whose stand-ins are told alike.
import { expect, test } from "vitest";
import { startRestraintTally } from "#assure/activity/restraint.ts";
import type { JsonObject } from "#record/log/leaf.ts";

const decision = (call: string, verdict: string, more: JsonObject = {}): JsonObject => ({
  kind: "decision",
  call,
  verdict,
  session: "s1",
  tool: "Bash",
  rules: [`builtin:team/${verdict}`, "builtin:team/second"],
  effects: { "read/secret": 1 },
  ...more,
});
const sealed = (command: string, cwd = "/shop/src"): JsonObject => ({ command, cwd });

test("counts calls, sessions, and reasons by how often they came first", () => {
  const tally = startRestraintTally();
  tally.add(decision("1", "deny"), sealed("cat <word:AAAA>"));
  tally.add(decision("2", "deny", { session: "s2" }), sealed("cat <word:BBBB>"));
  tally.add(decision("3", "deny"), sealed("<word:CCCC>"));
  tally.add(decision("4", "ask", { observed: true }), sealed("npm publish"));
  tally.add(decision("5", "allow"), sealed("ls"));
  expect(tally.result()).toEqual({
    calls: 5,
    sessions: 2,
    observed: 1,
    refused: 3,
    asked: 1,
    reasons: [
      {
        verdict: "deny",
        rule: "builtin:team/deny",
        calls: 3,
        sessions: 2,
        commands: [
          { text: "cat <word>", calls: 2 },
          { text: "Bash read/secret", calls: 1 },
        ],
      },
      {
        verdict: "ask",
        rule: "builtin:team/ask",
        calls: 1,
        sessions: 1,
        commands: [{ text: "npm publish", calls: 1 }],
      },
    ],
  });
});

test("leaves out probes, other events and other projects, and counts a call once that was asked about twice", () => {
  const tally = startRestraintTally("/shop");
  tally.add(decision("1", "deny", { canary: true }), sealed("cat <word:A>"));
  tally.add({ kind: "result", call: "2", verdict: "deny" }, sealed("x"));
  tally.add(decision("3", "deny"), sealed("cat <word:A>", "/shopping"));
  tally.add(decision("4", "deny"), undefined);
  tally.add(decision("5", "ask"), sealed("npm publish", "/shop"));
  tally.add(decision("5", "allow"), sealed("npm publish", "/shop"));
  expect(tally.result()).toMatchObject({ calls: 1, refused: 0, asked: 1 });
});

test("shows what calls said where that is kept, calls alike in one line", () => {
  const tally = startRestraintTally();
  const said = (text: string): JsonObject => ({ ...sealed("<word:A>"), readable: { text } });
  tally.add(decision("1", "deny"), said("curl -H [[SP:authorization-header:AAAAAAAA]]\n  x"));
  tally.add(decision("2", "deny"), said("curl -H [[SP:authorization-header:BBBBBBBB]] x"));
  tally.add(decision("3", "deny"), said("y".repeat(300)));
  const [reason] = tally.result().reasons;
  expect(reason?.commands).toEqual([
    { text: "curl -H <authorization-header> x", calls: 2 },
    { text: `${"y".repeat(100)}...`, calls: 1 },
  ]);
});
