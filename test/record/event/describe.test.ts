// Lines for people: one an event, and nothing in them steers the terminal.
import { describe, expect, it } from "vitest";
import { decisionEvent } from "#record/event/call-events.ts";
import { describeEvent } from "#record/event/describe.ts";
import { decodeLeaf } from "#record/log/leaf.ts";
import {
  bashCall,
  decisionOf,
  effect,
  leafOf,
  pathTarget,
  policy,
  session,
  stamp,
} from "./samples.ts";

describe("lines for people", () => {
  it("decision.on-one-line", () => {
    const decision = decisionOf([
      effect({ kind: "read", target: pathTarget("/home/ada/shop/.env") }),
    ]);
    const leaf = decodeLeaf(
      leafOf(
        decisionEvent(stamp, {
          call: bashCall("cat .env"),
          decision,
          policy,
          session,
          durationMs: 1,
        }),
      ),
    );
    if (leaf.kind === "fault") throw new Error(leaf.reason);
    expect(describeEvent(leaf, { command: "cat <word:X>" })).toBe(
      "2025-10-09T08:53:20.000Z  deny      Bash      cat <word:X>  [builtin:team/secret-read]",
    );
    expect(describeEvent(leaf, { command: "<word:ABCDEFGH>" })).toBe(
      describeEvent(leaf, undefined),
    );
    expect(describeEvent(leaf, undefined)).toContain("read/project  [builtin:team/secret-read]");
  });

  it("hostile.metadata-cannot-steer-the-terminal", () => {
    const evil = "\u001b]0;x\u0007\u009b2J\u202e\n\r\ud800";
    for (const kind of [
      "decision",
      "result",
      "batch",
      "failure",
      "rejected",
      "recovery",
      "witness",
      "log-key",
      "pruned",
      "daemon",
      evil,
    ]) {
      const metadata = {
        kind,
        verdict: evil,
        tool: evil,
        rules: [evil],
        effects: { [evil]: evil },
        code: evil,
        where: evil,
        phase: evil,
        cause: evil,
      };
      const line = describeEvent(
        { kind: "leaf", id: stamp.id, timeMs: 2 ** 48, metadata, sections: [] },
        { command: evil },
      );
      expect(line).not.toMatch(/[\p{Cc}\u202e]|\p{Surrogate}/u);
    }
  });
});
