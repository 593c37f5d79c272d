// A person answers once: the same push is asked about once in a session of the real client, and another remote asks again.
import { describe, expect, it } from "vitest";
import { whyMissing } from "./machine.ts";
import {
  type OrdinaryProject,
  runOrdinarySession,
  type SessionForm,
} from "./sessions/ordinary-session.ts";

const PUSH = "git push -q origin HEAD:feature";
const OTHER = "git push -q other HEAD:feature";

const PROJECT: OrdinaryProject = {
  name: "shop",
  programs: ["git"],
  files: { "readme.txt": "hello\n" },
  before: "git init -q --bare ../other.git && git remote add other ../other.git",
  actions: [
    { call: PUSH, expect: "asks" },
    { call: PUSH, expect: "runs" },
    { call: OTHER, expect: "asks", isRefusedByPerson: true },
    { call: OTHER, expect: "asks" },
    { call: OTHER, expect: "runs" },
    { call: "git push -q origin HEAD:later", expect: "asks" },
    { call: "git push -q origin +HEAD:feature", expect: "refused" },
    { call: PUSH, expect: "runs" },
  ],
};

const FORMS: readonly SessionForm[] = [
  { mode: "default", transport: "http", shell: "bash" },
  { mode: "bypassPermissions", transport: "command", shell: "bash" },
];

describe("the real client", () => {
  it.for(FORMS)(
    "asks once about one push ($mode, $transport)",
    { timeout: 300_000 },
    async (form, ctx) => {
      const missing = await whyMissing(["client"]);
      if (missing !== undefined) ctx.skip(missing);
      const { outcomes } = await runOrdinarySession(PROJECT, form);
      expect(
        outcomes.map(({ action, ended, verdict, rules }) => [
          action.call,
          ended,
          verdict,
          rules.includes("guard/remembered"),
        ]),
      ).toEqual([
        [PUSH, "asked-and-ran", "ask", false],
        [PUSH, "ran", "allow", true],
        [OTHER, "asked-and-stopped", "ask", false],
        [OTHER, "asked-and-ran", "ask", false],
        [OTHER, "ran", "allow", true],
        ["git push -q origin HEAD:later", "asked-and-ran", "ask", false],
        ["git push -q origin +HEAD:feature", "refused", "deny", false],
        [PUSH, "ran", "allow", true],
      ]);
    },
  );
});
