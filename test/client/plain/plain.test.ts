// The beginning of a working day in the pinned client, guarded and not, as whoever runs the test: what nobody was asked about is the same, and nothing is refused.
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { skipIfMissing } from "../../skipping.ts";
import { pinnedClient } from "../client-binary.ts";
import { whyMissing } from "../machine.ts";
import { allPlainDays } from "./day-text.ts";
import { lackedBy } from "./had-day.ts";
import type { ComparedDay } from "./plain-page.ts";

const DAY = "files-and-tools";
const CALLS = 8;
const TIMEOUT_MS = 400_000;
const root = fileURLToPath(new URL("../../..", import.meta.url));

it("a day begins as it does without us", { timeout: TIMEOUT_MS }, async (ctx) => {
  skipIfMissing(ctx, await whyMissing(["client", "sandbox"]));
  const lacked = allPlainDays()
    .filter(({ id }) => id === DAY)
    .flatMap(lackedBy);
  skipIfMissing(ctx, lacked.length > 0 ? `${lacked.join(", ")} is not installed` : undefined);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...["-C", "source", "--import", `${root}scripts/plain-sources.mjs`],
      ...[`${root}test/client/plain/measure-plain.ts`, "--only", DAY, "--first", String(CALLS)],
      ...["--client", pinnedClient.version, "--json"],
    ],
    { cwd: root, timeout: TIMEOUT_MS },
  );
  const { days }: { readonly days: readonly ComparedDay[] } = JSON.parse(stdout);
  const calls = days.flatMap((day) => day.calls);
  expect(calls.length).toBe(CALLS);
  const wrong = calls.filter(
    (call) => call.isRefused || (!call.isAskedByUs && call.differs !== undefined),
  );
  expect(wrong).toEqual([]);
});
