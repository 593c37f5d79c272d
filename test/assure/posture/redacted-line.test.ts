// Evidence keeps what people have to read, as names of settings, and nothing that may be a value.
import { expect, it } from "vitest";
import { redactedLine } from "#assure/posture/redacted-line.ts";

it("a name of joined words is shown, and letters without words are not", () => {
  expect(redactedLine('"enableAllProjectMcpServers": true')).toBe(
    '"enableAllProjectMcpServers": true',
  );
  const letters = ["qXvTmZwKpLs", "ZdRnBcHjGfYtQwVxSk"].join("");
  expect(redactedLine(`run ${letters}`)).toBe("run [redacted]");
});
