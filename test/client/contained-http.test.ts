// Http hooks beside the client's sandbox, with the real client: its proxy stands before the daemon, so a command hook takes their place.
import { expect, it } from "vitest";
import { type BreakableStand, openBreakableStand } from "./breakable-stand.ts";
import { bash } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";

const PATIENT = { timeout: 400_000 };

/** A harmless call and a read of the secret, where the person has the sandbox on. */
async function session(stand: BreakableStand) {
  const settings = { sandbox: { enabled: true }, permissions: { allow: ["Bash"] } };
  const seen = await stand.session({
    turns: [bash("echo ran > <project>/ran; echo said"), bash("cat .env"), "bye"],
    timeoutMs: 120_000,
    settings: { user: settings },
    env: { IS_SANDBOX: undefined, SHLVL: "1" },
  });
  return { seen, texts: [0, 1].map((turn) => seen.toolResults.get(toolUseId(turn))?.text ?? "") };
}

it(
  "nothing runs with them, and after guarding again what is harmless runs and what is not is refused",
  PATIENT,
  async (ctx) => {
    const missing = await whyMissing(["client", "sandbox"]);
    if (missing !== undefined) ctx.skip(missing);
    const stand = await openBreakableStand({ transport: "http" });
    try {
      const shut = await session(stand);
      expect(shut.texts.join()).not.toContain("said");
      expect(stand.record().map(({ metadata }) => metadata["kind"])).not.toContain("decision");
      const again = stand.sallyport("init", stand.project, "--yes");
      expect(again.status).toBe(0);
      expect(again.stdout + again.stderr).toContain("sandbox's proxy");
      const { texts, seen } = await session(stand);
      expect(texts[0]).toBe("said");
      expect(texts[1]).toContain("[builtin:team/secrets/read]");
      expect(seen.permissionDenials).toHaveLength(1);
    } finally {
      await stand.close();
    }
  },
);
