// What is told of an environment: listed names, bounded values, no keys; and what changed settings do to it.
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  amendReport,
  type EnvironmentReport,
  environmentReportSchema,
  reportEnvironment,
} from "#surface/services/facts/environment-report.ts";
import { withoutSecrets } from "#surface/services/facts/inherited-environment.ts";

const told = (environment: Record<string, string | undefined>): EnvironmentReport => {
  const report = reportEnvironment(environment);
  if (report === undefined) throw new Error("nothing was told");
  return report;
};
const key = "KEYVALUE7731";

describe("a report", () => {
  it("has listed variables with their values, the search path first, and no others", () => {
    const report = told({
      USER: "u",
      EDITOR: "vim",
      PATH: "/usr/bin:/bin",
      FOO: "x",
      LESS: undefined,
    });
    expect(report).toEqual({
      variables: [
        ["PATH", "/usr/bin:/bin"],
        ["EDITOR", "vim"],
      ],
      withheld: [],
    });
  });
  it.each<[string, Record<string, string>]>([
    ["a login in an address", { HTTPS_PROXY: `http://me:${key}@proxy.example:8080` }],
    ["a login without a name", { HTTPS_PROXY: `http://${key}@proxy.example` }],
    ["an index of packages", { PIP_INDEX_URL: `https://me:${key}@pypi.example/simple` }],
    [
      "a header in git's configuration",
      {
        GIT_CONFIG_KEY_0: "http.https://github.com/.extraheader",
        GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${key}`,
      },
    ],
    [
      "an address in git's configuration",
      {
        GIT_CONFIG_KEY_0: "url.https://x.insteadOf",
        GIT_CONFIG_VALUE_0: key,
      },
    ],
    ["git's own list of settings", { GIT_CONFIG_PARAMETERS: `'http.extraheader=${key}'` }],
    ["a setting of npm that is no place", { "npm_config_//registry.example/:_password": key }],
    ["another", { npm_config_email: key }],
    ["a password in a command", { GIT_SSH_COMMAND: `sshpass -p ${key} ssh` }],
    ["a password in options", { JAVA_TOOL_OPTIONS: `-Dstore.password=${key}` }],
    ["a session's own key", { ANTHROPIC_API_KEY: key, ANTHROPIC_AUTH_TOKEN: key }],
  ])("has no %s", (_, environment) => {
    expect(JSON.stringify(told(environment))).not.toContain(key);
  });
  it("keeps a name whose value is withheld, and the rest of an address without its login", () => {
    const report = told({
      HTTPS_PROXY: `http://me:${key}@proxy.example:8080`,
      GIT_SSH_COMMAND: `sshpass -p ${key} ssh`,
      PATH: `/${"a".repeat(5_000)}`,
    });
    expect(report.variables).toEqual([["HTTPS_PROXY", "http://proxy.example:8080"]]);
    expect(report.withheld).toEqual(["PATH", "GIT_SSH_COMMAND"]);
  });
  it("tells an empty value, whatever its name: compiled settings empty variables of git and npm", () => {
    const emptied = { GIT_CONFIG_PARAMETERS: "", npm_config_email: "", GIT_CONFIG_COUNT: "0" };
    const report = told(emptied);
    expect(new Map(report.variables)).toEqual(new Map(Object.entries(emptied)));
    expect(report.withheld).toEqual([]);
  });
  it("takes what the shim saw for the environment, and only where the shim took it out", () => {
    const report = told({
      SALLYPORT_SEEN_NODE_OPTIONS: "--require ./x.cjs",
      SALLYPORT_SEEN_NODE_PATH: "",
      SALLYPORT_SEEN_PATH: "/usr/bin",
      PATH: "/p/bin",
    });
    expect(report.variables).toEqual([
      ["PATH", "/p/bin"],
      ["NODE_OPTIONS", "--require ./x.cjs"],
    ]);
  });
  it("leaves out what commands do not have", () => {
    expect(told({ CLAUDE_ENV_FILE: "/home/u/.claude/session-env/x.sh" }).variables).toEqual([]);
  });
  it("tells nothing of more variables than it can list, and never more than fits a header", () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`LD_${at}`, "x"]));
    expect(reportEnvironment(many)).toBeUndefined();
    const long = Object.fromEntries(
      Array.from({ length: 200 }, (_, at) => [`LD_${at}`, "y".repeat(1_000)]),
    );
    const report = told(long);
    expect(JSON.stringify(report).length).toBeLessThan(10_000);
    expect(report.variables.length + report.withheld.length).toBe(200);
  });
  it("is what its schema accepts, whatever the environment", () => {
    const name = fc.constantFrom(
      "PATH",
      "PAGER",
      "LD_PRELOAD",
      "npm_config_prefix",
      "BASH_FUNC_x%%",
    );
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(name, fc.string()), fc.string()), (environment) => {
        const report = told(environment);
        expect(v.parse(environmentReportSchema, structuredClone(report))).toEqual(report);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
  it("that comes from elsewhere has no name that is never told", () => {
    const read = (variables: unknown) =>
      v.safeParse(environmentReportSchema, { variables, withheld: [] });
    expect(read([["PATH", "/bin"]]).success).toBe(true);
    expect(read([["ANTHROPIC_API_KEY", "x"]]).success).toBe(false);
    expect(read([["PATH", "a".repeat(5_000)]]).success).toBe(false);
  });
  it("loses on arrival what a detector takes for a key", () => {
    const report = told({ MAKEFLAGS: `X=AKIA${"IOSFODNN7EXAMPLQ"}`, PAGER: "less" });
    expect(withoutSecrets(report)).toEqual({
      variables: [["PAGER", "less"]],
      withheld: ["MAKEFLAGS"],
    });
  });
});

describe("settings that change while a session runs", () => {
  const before = told({ PAGER: "less", PATH: "/bin" });
  it("add their variables behind the old ones, and make values uncertain", () => {
    expect(amendReport(before, { PAGER: "most", EDITOR: "vi", FOO: "x" })).toEqual({
      variables: [...before.variables, ["EDITOR", "vi"], ["PAGER", "most"]],
      withheld: [],
      amended: ["EDITOR", "PAGER"],
    });
  });
  it("that say nothing new change nothing", () => {
    expect(amendReport(before, { PAGER: "less", FOO: "y" })).toBe(before);
  });
  it("are forgotten with the rest when they are too many", () => {
    const many = Object.fromEntries(Array.from({ length: 255 }, (_, at) => [`LD_${at}`, "x"]));
    expect(amendReport(before, many)).toBeUndefined();
  });
});
