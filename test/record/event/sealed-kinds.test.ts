// Which events count as robbed of their sealed part, and which never had one.
import { expect, it } from "vitest";
import { lacksSealed } from "#record/event/sealed-kinds.ts";
import { discrepancyEvent, telemetryEvent } from "#record/event/telemetry-events.ts";
import { stamp } from "./samples.ts";

const leafOf = (metadata: object) =>
  ({ metadata, sections: [] }) as unknown as Parameters<typeof lacksSealed>[0];

it("tells a decision and a hook event of a session without a sealed part", () => {
  expect(lacksSealed(leafOf({ kind: "decision" }))).toBe(true);
  expect(lacksSealed(leafOf({ kind: "hook", session: "s" }))).toBe(true);
  expect(lacksSealed(leafOf({ kind: "daemon" }))).toBe(false);
});

it("tells nothing of what the client's telemetry makes, which seals nothing where it names nothing", () => {
  const attributes = new Map([["session.id", "one"]]);
  const told = telemetryEvent(stamp, { name: "api_request", timeMs: 1, attributes, user: "ada" });
  const what = { what: "sequence-gap", user: "ada", sessionId: "one", certain: true } as const;
  const differs = discrepancyEvent(stamp, what);
  for (const { metadata, sealed } of [told, differs]) {
    expect(sealed).toBeUndefined();
    expect(metadata["session"]).toBeDefined();
    expect(lacksSealed(leafOf(metadata))).toBe(false);
  }
});
