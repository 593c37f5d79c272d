// What init writes is taken by the client without a warning: an interactive session would stop at one, and wait for a person.
import { describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { cataloguedClient, findClient, pinnedClient } from "./client-binary.ts";
import { type GuardedProject, openGuardedProject } from "./guarded-stand.ts";
import { whyMissing } from "./machine.ts";
import { hasTmux, openTerminalSession, type TerminalSession } from "./terminal-session.ts";

describe("a session at a terminal in a guarded project", () => {
  it.for([pinnedClient, cataloguedClient])(
    "begins with its box in $version, and not with a warning about the settings",
    { timeout: 180_000 },
    async (release, ctx) => {
      skipIfMissing(ctx, await whyMissing(["client"]));
      if (!hasTmux) return ctx.skip("`tmux` is not on PATH");
      const client = await findClient(undefined, release);
      if (client.kind === "missing") return ctx.skip(client.reason);
      let guarded: GuardedProject | undefined;
      let session: TerminalSession | undefined;
      try {
        guarded = openGuardedProject({ "a.txt": "x\n" }, client.path);
        session = await openTerminalSession({ ...guarded, release, turns: ["All said."] });
        expect(session.screen()).not.toMatch(/warning/i);
        await session.say("go");
        expect(await session.shows(/All said/)).not.toMatch(/Settings/);
      } finally {
        await session?.close();
        guarded?.close();
      }
    },
  );
});
