// A planted secret is in no byte of the log; where a policy keeps words alone, in no sealed field either.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import { failureEvent } from "#record/event/guard-events.ts";
import { viewLog } from "#record/store/log-view.ts";
import { withLog, withLogDirectories } from "../store/temporary-log.ts";
import { bashCall, decisionOf, effectsWith, facts, policy, session } from "./samples.ts";

const CANARY = "sk-Canary7f3a9";

describe("canary", () => {
  it("a-planted-secret-is-in-no-byte-of-the-log-and-in-no-sealed-field", () =>
    plantedIn({ ...policy, requires: ["record-words"] }, true));

  // This one looks like nothing, so that the readable text has it, and that is sealed.
  it("a-planted-secret-that-no-detector-knows-is-in-no-byte-of-a-log-with-readable-text", () =>
    plantedIn(policy, false));

  async function plantedIn(own: Policy, isNowhere: boolean): Promise<void> {
    await withLogDirectories(async (options) => {
      const command = `curl -H "${CANARY}" --user=${CANARY} -p${CANARY} https://${CANARY}.example/${CANARY}`;
      const outline = [
        { start: 0, end: 4, kind: "program" },
        { start: 5, end: 7, kind: "flag" },
      ] as const;
      const input = {
        policy: own,
        session,
        durationMs: 1,
        decision: decisionOf(effectsWith(CANARY), ["curl"]),
      };
      await withLog(options, async (log) => {
        await log.append(
          decisionEvent(log.stamp("hook"), { ...input, call: bashCall(command), outline }),
          { durable: true },
        );
        await log.append(decisionEvent(log.stamp("hook"), { ...input, call: bashCall(command) }), {
          durable: true,
        });
        const write: ToolCall = {
          ...bashCall(""),
          tool: "Write",
          input: { kind: "write", path: `/${CANARY}`, content: CANARY },
        };
        await log.append(decisionEvent(log.stamp("hook"), { ...input, call: write }), {
          durable: false,
        });
        await log.append(
          failureEvent(log.stamp("hook"), {
            code: `"${CANARY}"`,
            where: `${CANARY} `,
            answer: CANARY,
          }),
          { durable: true },
        );
        // Before publication the journal holds the entries: it is searched, too.
        expect(await bytesBelow(options.log)).not.toContain(CANARY);
        await log.publish();
        expect(await bytesBelow(options.log)).not.toContain(CANARY);
      });
      const everything = await bytesBelow(options.log);
      for (const form of [
        CANARY,
        "Canary",
        Buffer.from(CANARY).toString("base64").slice(2, -2),
        Buffer.from(CANARY).toString("hex"),
      ]) {
        expect(everything).not.toContain(form);
      }
      expect(everything).not.toContain(facts.sessionId);
      expect(everything).not.toContain("/home/ada");
      const view = await viewLog(options.log, options.keys);
      for await (const entry of view.entries(0, 10)) {
        if (isNowhere) expect(JSON.stringify(entry)).not.toContain("Canary");
        if (!isNowhere && entry.index === 0)
          expect(JSON.stringify(entry.sealed?.["readable"])).toContain("Canary");
        if (entry.index === 0) expect(entry.sealed?.["command"]).toMatch(/^curl -H <word:/);
      }
    });
  }

  async function bytesBelow(root: string): Promise<string> {
    const items = await readdir(root, { recursive: true, withFileTypes: true });
    const files = items.filter((item) => item.isFile());
    expect(files.length).toBeGreaterThan(1);
    const contents = await Promise.all(
      files.map((item) => readFile(join(item.parentPath, item.name))),
    );
    return Buffer.concat(contents).toString("latin1");
  }
});
