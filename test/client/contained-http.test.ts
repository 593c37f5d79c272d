// Http hooks beside the client's sandbox, with the real client: its proxy stands before the daemon, so nothing runs at all.
import { expect, it } from "vitest";
import { bash } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { openManagedStand } from "./managed-stand.ts";
import { toolUseId } from "./model-stub.ts";

it("every call is refused closed, and none of them reaches the daemon", {
  timeout: 400_000,
}, async (ctx) => {
  const missing = await whyMissing(["client", "sandbox", "managed"]);
  if (missing !== undefined) ctx.skip(missing);
  const stand = await openManagedStand(() => undefined, "http");
  try {
    const seen = await stand.session({
      turns: [bash("echo ran > <project>/ran"), "bye"],
      timeoutMs: 120_000,
      settings: { project: {}, user: {} },
      env: { IS_SANDBOX: undefined, SHLVL: "1" },
    });
    expect(seen.toolResults.get(toolUseId(0))?.text ?? "").not.toContain("ran");
    expect(seen.permissionDenials.map(({ toolName }) => toolName)).toEqual(["Bash"]);
    expect(seen.stderr).toContain("HTTP 403 from https://127.0.0.1");
    // The command hook of the start reached the daemon; no call did.
    const kinds = stand.record().map(({ metadata }) => metadata["kind"]);
    expect(kinds).toContain("session");
    expect(kinds).not.toContain("decision");
  } finally {
    await stand.close();
  }
});
