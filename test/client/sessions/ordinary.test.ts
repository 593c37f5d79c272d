// An ordinary session in a Node project, as `init` leaves it: every action runs, is asked about or is refused as a person expects. The other kinds: `every-kind.test.ts`.
import { it } from "vitest";
import { holdSession, SESSION_TIMEOUT_MS } from "./expectations.ts";
import { ONE } from "./session-matrix.ts";

it("a working day in a Node project", { timeout: SESSION_TIMEOUT_MS }, (context) =>
  holdSession(ONE, context),
);
