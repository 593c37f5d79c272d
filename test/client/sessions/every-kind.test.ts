// Ordinary sessions in six kinds of project, in three modes, over both transports, in both shells, with the pinned and the newest client. All when named; in CI one of each kind.
import process from "node:process";
import { describe, it } from "vitest";
import { holdSession, SESSION_TIMEOUT_MS } from "./expectations.ts";
import { otherRows, rowsOfCi } from "./session-matrix.ts";

/** WHY not in every run: they take a quarter of an hour. `scripts/test.ts` sets the variable when these tests are named. */
const areAllWanted = process.env["SALLYPORT_SESSIONS"] === "all";
const isCi = process.env["CI"] === "true";
const isWanted = isCi || areAllWanted;

describe("a working day", () => {
  for (const row of isCi && !areAllWanted ? rowsOfCi() : otherRows()) {
    const { mode, transport, shell } = row.form;
    const client = row.isNewest ? "the newest client" : "the pinned client";
    const name = `in a project of kind ${row.kind}, ${mode}, ${transport}, ${shell}, ${client}`;
    it(name, { timeout: SESSION_TIMEOUT_MS }, async (context) => {
      if (!isWanted) context.skip("runs in CI and with `npm test -- test/client/sessions`");
      await holdSession(row, context);
    });
  }
});
