// A slow disk: a refusal does not wait for it, the record says that it came late, and a disk that is silent has failed.
import { afterEach, describe, expect, test } from "vitest";
import { Failure } from "#base/failure.ts";
import { WAITS } from "#base/waits.ts";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import type { AuditEvent } from "#record/event/event.ts";
import { createAppend, type EventSink } from "#surface/services/hooks/audit-append.ts";
import type { Append } from "#surface/services/hooks/ports.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { decisionOf, openStand, preToolUse, type Stand, verdictOf } from "./daemon-stand.ts";
import { stamp } from "../../record/event/samples.ts";

const stands: Stand[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
});

/** A daemon whose log does with each decision what `write` says; everything else is recorded at once. */
async function standWith(verdict: "deny" | "ask" | "allow", write: Append): Promise<Stand> {
  const opened = await openStand({
    waits,
    judge: async () => ({ decision: decisionOf(verdict), policy: undefined }),
    append: async (observation, how) => {
      if (observation.kind === "decision") await write(observation, how);
    },
  });
  stands.push(opened);
  await opened.run.ready();
  return opened;
}

/** A log that is silent for so long has failed. */
const waits = { ...WAITS, recordMs: 1_000 };

const silence = () => new Promise<void>(() => undefined);

async function timed(stand: Stand): Promise<{ readonly verdict: string; readonly ms: number }> {
  const startedMs = performance.now();
  const { json } = await stand.post(preToolUse());
  return { verdict: verdictOf(json), ms: performance.now() - startedMs };
}

describe("a disk that does not answer", () => {
  test.each(["deny", "ask"] as const)("%s is answered as it is after 250 ms", async (verdict) => {
    const asked: unknown[] = [];
    const stand = await standWith(verdict, (_observation, how) => {
      asked.push(how);
      return silence();
    });
    const reply = await timed(stand);
    expect(reply.verdict).toBe(verdict);
    expect(reply.ms).toBeGreaterThan(240);
    expect(asked).toEqual([{ durable: true, answeredAfterMs: 250 }]);
  });

  test("an ask is refused once the log was silent for as long as it may be, and asked again when it speaks", async () => {
    let isSilent = true;
    const stand = await standWith("ask", () => (isSilent ? silence() : Promise.resolve()));
    expect((await timed(stand)).verdict).toBe("ask");
    await expect.poll(async () => (await timed(stand)).verdict, { timeout: 10_000 }).toBe("deny");
    isSilent = false;
    expect((await timed(stand)).verdict).toBe("ask");
  });

  test("a disk that fails within the time turns an ask into a denial", async () => {
    const stand = await standWith("ask", () => Promise.reject(new Failure("log", "no space left")));
    expect((await timed(stand)).verdict).toBe("deny");
  });
});

describe("a policy that requires the record", () => {
  const standUnder = async (pack: string, write: Append): Promise<Stand> => {
    const policy = stackPolicies([loadPack(pack), { ...loadPack("team"), layer: "managed" }]);
    const opened = await openStand({
      waits,
      judge: async () => ({ decision: decisionOf("allow"), policy }),
      append: async (observation, how) => {
        if (observation.kind === "decision") await write(observation, how);
      },
    });
    stands.push(opened);
    await opened.run.ready();
    return opened;
  };
  /** As the log does it: what is only queued is taken, and the disk is full. */
  const fullDisk: Append = async (_, { durable }) => {
    if (durable) throw new Failure("log", "no space left");
  };
  test.each([
    ["gdpr", "deny"],
    ["administrator", "deny"],
    ["team", "allow"],
  ])("%s: a call is answered %s while a full disk is not yet noticed", async (pack, verdict) => {
    const stand = await standUnder(pack, fullDisk);
    const { json } = await stand.post(preToolUse());
    expect(verdictOf(json)).toBe(verdict);
    if (verdict === "deny") expect(JSON.stringify(json)).toContain("no call runs unrecorded");
  });
  test("an allow waits for the disk, and is refused when that is silent", async () => {
    const asked: unknown[] = [];
    const stand = await standUnder("gdpr", (_, how) => {
      asked.push(how);
      return silence();
    });
    const reply = await timed(stand);
    expect([reply.verdict, reply.ms > 900]).toEqual(["deny", true]);
    expect(asked).toEqual([{ durable: true }]);
  });
  test("the disk took it: allow", async () => {
    const stand = await standUnder("gdpr", () => Promise.resolve());
    expect((await timed(stand)).verdict).toBe("allow");
  });
});

describe("an entry that came late", () => {
  const record = async (tookMs: number, answeredAfterMs?: number) => {
    const events: AuditEvent[] = [];
    let nowMs = 0;
    const sink: EventSink = {
      machine: { home: "/h", ownPaths: [] },
      clock: { monotonicMs: () => nowMs },
      late: "daemon",
      stamp: () => stamp,
      write: async (written) => {
        nowMs += tookMs;
        events.push(...written);
      },
    };
    const start = { kind: "daemon", what: "start", version: "0" } as const;
    const answer = answeredAfterMs === undefined ? {} : { answeredAfterMs };
    await createAppend(sink)(start, { durable: true, ...answer });
    return events.map(({ metadata }) => metadata);
  };
  test("is followed by an event that names it and how late it was", async () => {
    const [first, mark, ...more] = await record(1_234.5, 250);
    expect(first).toMatchObject({ kind: "daemon" });
    expect(mark).toMatchObject({ kind: "late", event: stamp.id, lateMs: 1_234.5 });
    expect(more).toEqual([]);
  });
  test.each([
    ["in time", 3, 250],
    ["late, and nobody was answered before", 900, undefined],
  ])("is not marked when it came %s", async (_name, tookMs, answeredAfterMs) => {
    expect(await record(tookMs, answeredAfterMs)).toHaveLength(1);
  });
});
