// Events: what stands in clear, what is sealed, and that every event fits a leaf.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { batchEvent, decisionEvent, resultEvent } from "#record/event/call-events.ts";
import type { AuditEvent } from "#record/event/event.ts";
import {
  daemonEvent,
  offEvent,
  failureEvent,
  recoveryEvent,
  rejectedEvent,
} from "#record/event/guard-events.ts";
import { configChangeEvent, hookEvent, sessionEvent } from "#record/event/session-events.ts";
import { canonicalJson } from "#record/log/canonical.ts";
import { decodeLeaf } from "#record/log/leaf.ts";
import {
  bashCall,
  decisionOf,
  effect,
  effectsWith,
  facts,
  leafOf,
  pathTarget,
  policy,
  session,
  stamp,
} from "./samples.ts";

describe("decision event", () => {
  const call = bashCall("cat .env");
  const decision = decisionOf(
    [effect({ kind: "read", target: pathTarget("/home/ada/shop/.env") })],
    ["cat"],
  );
  const outline = [
    { start: 0, end: 3, kind: "program" },
    { start: 4, end: 8, kind: "word" },
  ] as const;
  const event = decisionEvent(stamp, { call, decision, policy, session, outline, durationMs: 1.4 });

  it("clear.metadata", () => {
    expect(event.metadata).toEqual({
      kind: "decision",
      product: "0.1.0",
      submitter: "hook",
      session: stamp.pseudonym("session", facts.sessionId, undefined),
      call: stamp.pseudonym("call", "toolu_01", undefined),
      tool: "Bash",
      verdict: "deny",
      class: "read-only",
      rules: ["builtin:team/secret-read"],
      policy: { id: "builtin/team", layer: "builtin", version: "1", digest: "a".repeat(64) },
      effects: { "read/project": 1 },
      programs: ["cat"],
      findings: 0,
      steps: 7,
      durationMs: 1.4,
      inputSize: 8,
      mode: "default",
      interactive: true,
    });
  });

  it("sealed.detail", () => {
    expect(event.sealed).toEqual({
      sessionId: facts.sessionId,
      user: "ada",
      userSource: "os",
      toolUseId: "toolu_01",
      cwd: "/home/ada/shop",
      tool: "Bash",
      command: expect.stringMatching(/^cat <word:\w{8}>$/),
      reasons: [{ verdict: "deny", rule: "builtin:team/secret-read", effect: 0 }],
      effects: [
        {
          kind: "read",
          scope: "project",
          digest: expect.stringMatching(/^\w{16}$/),
          reach: "entry",
          at: {
            form: "path",
            reach: "entry",
            path: expect.stringMatching(/^\/home\/~\w{10}\/~\w{10}\/\.env$/),
          },
        },
      ],
      roots: {
        project: expect.stringMatching(/^\/home\/~\w{10}\/~\w{10}$/),
        home: expect.stringMatching(/^\/home\/~\w{10}$/),
      },
      readable: { text: "cat .env", reads: [".env"] },
    });
  });

  it("asserts.a-decision-has-a-reason", () => {
    const bare = { ...decision, reasons: [] };
    expect(() =>
      decisionEvent(stamp, { call, decision: bare, policy, session, durationMs: 1 }),
    ).toThrow("has a reason");
  });

  it("clear.names-that-are-not-plain-are-digested", () => {
    const odd = {
      ...decision,
      reasons: [{ ...decision.reasons[0], rule: "user:x/call ada <ada@example.org>" }],
    } as typeof decision;
    const other = decisionEvent(stamp, {
      call: { ...call, tool: "Ada's tool" },
      decision: odd,
      policy: { ...policy, digest: "x" },
      session,
      durationMs: 1.4,
    });
    expect(canonicalJson(other.metadata)).not.toMatch(/ada|Ada/);
    expect(other.metadata).toMatchObject({
      tool: "other",
      rules: [expect.stringMatching(/^digest\//)],
      policy: { digest: "other" },
    });
    const mcp: ToolCall = {
      ...call,
      tool: "mcp__ada__x",
      input: { kind: "mcp", server: "ada", tool: "x", input: {} },
    };
    expect(
      decisionEvent(stamp, { call: mcp, decision, policy, session, durationMs: 1 }).metadata[
        "tool"
      ],
    ).toBe("mcp");
  });

  it("property.no-personal-datum-in-clear", () => {
    const text = fc
      // Long enough, and with a character that no digest or name of ours has: shorter ones turn up by chance.
      .string({ minLength: 6, maxLength: 40 })
      .map((item) => `${item}§`);
    fc.assert(
      fc.property(text, (personal) => {
        const owner = {
          ...session,
          facts: { ...facts, user: personal, sessionId: personal, home: `/home/${personal}` },
          agentId: personal,
        };
        const theirs = { ...bashCall(personal), id: personal, tool: personal, cwd: `/${personal}` };
        const made = decisionEvent(stamp, {
          call: theirs,
          decision: decisionOf(effectsWith(personal), [personal]),
          policy,
          session: owner,
          durationMs: 1.4,
        });
        expect(JSON.stringify(made.metadata)).not.toContain(JSON.stringify(personal).slice(1, -1));
      }),
    );
  });

  it("property.every-event-fits-a-leaf", () => {
    const long = fc.string({ unit: "binary", minLength: 0, maxLength: 3_000 });
    fc.assert(
      fc.property(long, fc.integer({ min: 1, max: 60 }), (text, times) => {
        const nasty = {
          ...session,
          facts: { ...facts, user: text, sessionId: text },
          agentId: text,
        };
        const theirs = { ...bashCall(text.repeat(10)), id: text, tool: text, cwd: text };
        const effects = Array.from({ length: times }, () => effectsWith(text)).flat();
        const reasons = Array.from({ length: 200 }, (_, at) => ({
          ...decisionOf([]).reasons[0],
          rule: `a${at}${"b".repeat(120)}`,
        }));
        const heavy = { ...decisionOf(effects, [text]), reasons } as ReturnType<typeof decisionOf>;
        const events = [
          decisionEvent(stamp, {
            call: theirs,
            decision: heavy,
            policy: { ...policy, id: text, version: text },
            session: nasty,
            durationMs: Number.NaN,
          }),
          batchEvent(stamp, {
            session: nasty,
            calls: [],
            unjudged: Array.from({ length: 600 }, () => theirs),
            malformed: -1,
            certain: false,
          }),
          resultEvent(stamp, {
            call: theirs,
            session: nasty,
            outcome: "failure",
            durationMs: -1,
            responseSize: 1e300,
          }),
          sessionEvent(stamp, { session: nasty, source: text, clientVersion: text }),
          failureEvent(stamp, { code: text, where: text, event: text, answer: text }),
        ];
        for (const made of events) expect(decodeLeaf(leafOf(made)).kind).toBe("leaf");
      }),
      { numRuns: 60 },
    );
  });

  it("bounded.lists-say-what-is-left-out", () => {
    const made = decisionEvent(stamp, {
      call,
      decision: decisionOf(Array.from({ length: 500 }, () => decision.effects).flat()),
      policy,
      session,
      durationMs: 1.4,
    });
    expect(made.metadata["effects"]).toEqual({ "read/project": 500 });
    expect(made.sealed?.["effectsOmitted"]).toBe(340);
  });
});

describe("other events", () => {
  it("clear.metadata-of-each-kind", () => {
    const of = (event: AuditEvent): unknown => event.metadata;
    expect(
      of(
        resultEvent(stamp, {
          call: bashCall("x"),
          session,
          outcome: "success",
          durationMs: 12.6,
          responseSize: 90,
        }),
      ),
    ).toMatchObject({
      kind: "result",
      outcome: "success",
      durationMs: 12.6,
      responseSize: 90,
    });
    expect(
      of(
        batchEvent(stamp, {
          session,
          calls: [bashCall("a"), bashCall("b")],
          unjudged: [bashCall("b")],
          malformed: 3,
          certain: false,
        }),
      ),
    ).toMatchObject({
      kind: "batch",
      calls: 2,
      malformed: 3,
      certain: false,
      unjudgedCount: 1,
      unjudged: [{ tool: "Bash" }],
    });
    expect(of(sessionEvent(stamp, { session, source: "startup" }))).toMatchObject({
      kind: "session",
      source: "startup",
    });
    expect(
      of(
        configChangeEvent(stamp, {
          session,
          source: "project_settings",
          outcome: "blocked",
          why: "hook-altered",
        }),
      ),
    ).toMatchObject({
      kind: "config-change",
      outcome: "blocked",
      why: "hook-altered",
    });
    expect(of(hookEvent(stamp, { name: "MadeUp" }))).toMatchObject({
      kind: "hook",
      event: "other",
    });
    expect(
      of(failureEvent(stamp, { code: "not-json", where: "body", answer: "deny" })),
    ).toMatchObject({ kind: "failure", code: "not-json" });
    expect(of(rejectedEvent(stamp, { cause: "browser", count: 3 }))).toMatchObject({
      kind: "rejected",
      count: 3,
    });
    const time = { id: "00112233445566aa", minutes: 30, reason: null, user: "ada" } as const;
    expect(of(offEvent(stamp, { ...time, phase: "expire", projectRoot: null }))).toEqual({
      kind: "off",
      product: "0.1.0",
      submitter: "hook",
      phase: "expire",
      off: time.id,
      minutes: 30,
      scope: "all",
    });
    expect(of(offEvent(stamp, { ...time, phase: "start", projectRoot: "/x" }))).toMatchObject({
      scope: "project",
    });
    expect(of(daemonEvent(stamp, "stop"))).toMatchObject({ kind: "daemon", phase: "stop" });
    expect(
      of(recoveryEvent(stamp, { cause: "unclean-stop", entries: 2, tornBytes: 9, refused: 0 })),
    ).toMatchObject({ tornBytes: 9 });
  });
});
