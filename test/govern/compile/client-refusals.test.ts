// What `init` has the client itself refuse: what the policy refuses by place, and nothing that it excepts.
import { describe, expect, it } from "vitest";
import { compileGlob } from "#base/glob.ts";
import { clientQuestions, clientRefusals } from "#govern/compile/client-refusals.ts";
import { NARROWER } from "#govern/compile/permission-rules.ts";
import { type PolicyException, ruleName } from "#guard/policy/policy.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

const team = loadPack("team");
const rules = clientRefusals(team, "project");

describe("the refusals of the policy `team`", () => {
  it("name files of secrets, once each", () => {
    expect(rules).toContain("Read(//**/.env)");
    expect(rules).toContain("Read(~/.aws/**)");
    expect(new Set(rules).size).toBe(rules.length);
  });
  it("name no command, no tool without a place, no whole machine", () => {
    for (const rule of rules) {
      expect(rule).toMatch(/^(?:Read|Edit|WebFetch)\(.+\)$/);
      expect(rule).not.toMatch(/\((?:\/\/)?\*\*\)$/);
    }
  });
  it("leave what the policy excepts: examples, public keys, the project's own `.npmrc`", () => {
    for (const rule of [
      "Read(//**/.env.*)",
      "Read(**/.env.*)",
      "Read(~/.ssh/**)",
      "Read(//**/.npmrc)",
    ])
      expect(rules).not.toContain(rule);
    expect(rules).toContain("Read(~/.npmrc)");
    expect(rules).toContain("Read(//**/.env.local)");
  });
  it("are none while the policy is only observed", () => {
    expect(clientRefusals({ ...team, stage: "observe" }, "project")).toEqual([]);
  });
  it("leave what a person excepted for now", () => {
    const rule = team.rules.find(({ id }) => id === "secrets/read");
    if (rule === undefined) throw new Error("the policy lost its rule about secrets");
    const exception: PolicyException = {
      id: "0011223344556677",
      rules: [ruleName(rule, team)],
      when: { effects: ["read"], paths: ["<project>/test/.env"] },
      verdict: "allow",
    };
    const left = clientRefusals(team, "project", [exception]);
    expect(left).not.toContain("Read(//**/.env)");
    expect(left).toContain("Read(~/.aws/**)");
  });
});

describe("the questions of a policy", () => {
  it("are about reading what it asks about, and about nothing that it refuses", () => {
    const asked = clientQuestions(team, "project");
    expect(asked).toContain("Read(//proc/*/environ)");
    expect(asked.filter((rule) => rules.includes(rule))).toEqual([]);
    expect(asked.filter((rule) => !/^Read\(.+\)$/.test(rule))).toEqual([]);
    expect(clientQuestions(loadPack("gdpr"), "project").length).toBeGreaterThan(0);
  });
  it("are none while it is only observed", () => {
    expect(clientQuestions({ ...team, stage: "observe" }, "project")).toEqual([]);
  });
});

describe("files of processes", () => {
  it.each(["tier-ci", "team"])(
    "are asked about and not refused by %s: no command of the client's sandbox would start",
    (name) => {
      for (const scope of ["project", "user"] as const) {
        const refused = clientRefusals(loadPack(name), scope);
        expect(refused.filter((text) => /^Read\(\/\/proc\/.*\*/.test(text))).toEqual([]);
        expect(clientQuestions(loadPack(name), scope)).toContain("Read(//proc/*/environ)");
      }
    },
  );
});

describe("names in place of a glob", () => {
  it("are each meant by it", () => {
    for (const [glob, names] of Object.entries(NARROWER)) {
      const absolute = (text: string) =>
        text
          .replace(/^<project>/, "/p")
          .replace(/^~/, "/h")
          .replace(/^(?!\/)/, "/p/");
      const covers = compileGlob(/^[~/<]/.test(glob) ? absolute(glob) : `/**/${glob}`);
      for (const name of names)
        expect(covers(absolute(name).replaceAll("*", "x")), name).toBe(true);
    }
  });
});
