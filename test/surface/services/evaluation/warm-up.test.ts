// Warming up: calls are judged, and a policy that cannot be read does no harm.
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { warmUp } from "#surface/services/evaluation/warm-up.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";

describe("warm-up", () => {
  it("judges every call of every round", async () => {
    const policy = loadPolicy();
    expect(await warmUp(() => policy, "/home/ada")).toBe(16);
  });

  it("ends quietly when there is no policy", async () => {
    const broken = (): never => {
      throw new Failure("policy-unreadable", "the policy cannot be read");
    };
    expect(await warmUp(broken, "/home/ada")).toBe(0);
  });
});
