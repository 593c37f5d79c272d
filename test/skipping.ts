// Skipping a test that cannot run here, and saying why.
import type { TestContext } from "vitest";

/** Skips a test where something is missing, with what that is as the reason. */
export function skipIfMissing(ctx: TestContext, missing: string | undefined): void {
  if (missing !== undefined) ctx.skip(missing);
}
