// What names a key that is here and does not open with it is forged, and never taken for erased.
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLeafEncoder } from "#record/log/leaf.ts";
import { createSubject, NONCE_BYTES, type Subject } from "#record/log/subject.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import { entryJson, entryLine } from "#surface/services/log/entry-text.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import { bashCall, decisionOf, effect, pathTarget, policy, session } from "../event/samples.ts";
import { withLog, withLogDirectories } from "./temporary-log.ts";

describe("a sealed section", () => {
  it("that its key does not open is forged; one whose key is gone is erased", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, async (log) => {
        const decision = decisionOf([effect({ kind: "read", target: pathTarget("/etc/hosts") })]);
        const call = bashCall("cat /etc/hosts");
        const event = decisionEvent(log.stamp("hook"), {
          call,
          decision,
          policy,
          session,
          durationMs: 1,
        });
        await log.append(event, { durable: true });
        const { people } = await readEventKeys(options.keys);
        const ada = people.known("ada");
        if (ada === undefined) throw new Error("ada has a key by now");
        // Somebody who knows what marks her sections, as every reader of the log does, and has no key of hers.
        const other = createSubject(randomBytes(32));
        const liar: Subject = { ...other, locator: ada.locator };
        const encode = createLeafEncoder(() => randomBytes(NONCE_BYTES));
        const { id, metadata } = decisionEvent(log.stamp("hook"), {
          call,
          decision,
          policy,
          session,
          durationMs: 1,
        });
        await log.appendLeaf(
          encode({ id, metadata, sections: [{ subject: liar, content: { user: "ada" } }] }),
        );
      });
      const view = await viewLog(options.log, options.keys);
      const lines: string[] = [];
      const forms: unknown[] = [];
      for await (const entry of view.entries(0, 2)) {
        lines.push(entryLine(entry));
        forms.push(entryJson(entry));
      }
      expect(lines[0]).toContain("cat /etc/hosts");
      expect(lines[1]).toContain("FORGED");
      expect(lines[1]).not.toContain("erased");
      expect(forms[1]).toMatchObject({ sealed: null, erased: false, forged: true });
      await rm(join(options.keys, "subjects"), { recursive: true });
      const without = await viewLog(options.log, options.keys);
      for await (const entry of without.entries(0, 2))
        expect(entryLine(entry)).toContain("(erased)");
    });
  });
});
