// A report as facts: which values are certain under which shell, which shell it names, and what a person accepted.
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptVariable } from "#govern/settings/accepted-variables.ts";
import {
  type EnvironmentReport,
  reportEnvironment,
} from "#surface/services/facts/environment-report.ts";
import { createInherit } from "#surface/services/facts/inherited-environment.ts";
import { PLAIN_SHELL } from "#surface/services/facts/session-shell.ts";

let home = "";
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-inherit-")));
  symlinkSync(home, `${home}/same`);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));
const report = (environment: Record<string, string>): EnvironmentReport =>
  reportEnvironment(environment) ?? { variables: [], withheld: [] };
const shell = (dialect: "bash" | "zsh" | "unknown") => ({ ...PLAIN_SHELL, dialect });

describe("values are certain", () => {
  it.each<[boolean, "bash" | "zsh" | "unknown", Record<string, string>]>([
    [true, "bash", { SHLVL: "1" }],
    [true, "bash", { SHLVL: "3", BASH_ENV: "" }],
    // No terminal: bash reads `~/.bashrc` in every call.
    [false, "bash", {}],
    [false, "bash", { SHLVL: "0" }],
    [false, "bash", { SHLVL: "1", BASH_ENV: "/etc/env" }],
    [true, "zsh", {}],
    [false, "unknown", { SHLVL: "1" }],
    [false, "unknown", { SHLVL: "1", SHELL: "/usr/bin/fish" }],
    [false, "unknown", { SHLVL: "1", SHELL: "/nowhere/bash" }],
    [true, "unknown", { SHLVL: "1", SHELL: "/bin/bash" }],
    [false, "unknown", { SHELL: "/bin/bash" }],
  ])("%s: %s with %o", (isExact, dialect, environment) => {
    const found = createInherit(home)(report(environment), shell(dialect));
    expect(found.environment?.isExact).toBe(isExact);
  });
  it("not under a zsh that reads a file of the user in every call", () => {
    const inherit = createInherit(home);
    const told = report({});
    expect(inherit(told, shell("zsh")).environment?.isExact).toBe(true);
    writeFileSync(`${home}/.zshenv`, "");
    expect(inherit(told, shell("zsh")).environment?.isExact).toBe(false);
    rmSync(`${home}/.zshenv`);
  });
  it("of the editor that the client sets for every command, whatever else names one", () => {
    const told = report({ SHLVL: "1", EDITOR: "emacs", GIT_EDITOR: "./evil" });
    const { environment } = createInherit(home)(told, shell("bash"));
    expect(environment?.variables.get("GIT_EDITOR")).toBe("true");
    expect(environment?.named).toEqual([]);
  });
  it("not of a name that settings changed; code that an old value names still counts", () => {
    const told: EnvironmentReport = {
      variables: [
        ["SHLVL", "1"],
        ["PAGER", "/p/old"],
        ["PAGER", "/p/new"],
      ],
      withheld: [],
      amended: ["PAGER"],
    };
    const { environment } = createInherit(home)(told, shell("bash"));
    expect(environment?.doubtful).toEqual(new Set(["PAGER"]));
    expect(environment?.variables.get("PAGER")).toBe("/p/new");
    expect(environment?.named.map(({ pieces }) => pieces)).toEqual([["/p/new"], ["/p/old"]]);
  });
});

it("the shell is the one that the client would take, until the session's own is known", () => {
  const inherit = createInherit(home);
  const told = report({ SHELL: "/bin/sh", CLAUDE_CODE_SHELL: "/bin/bash" });
  expect(inherit(told, shell("unknown")).shell.dialect).toBe("bash");
  expect(inherit(told, shell("zsh")).shell.dialect).toBe("zsh");
  expect(inherit(undefined, shell("unknown"))).toEqual({
    shell: shell("unknown"),
    environment: undefined,
  });
});

it("another name of the same home is no other home", () => {
  const inherit = createInherit(home);
  const of = (path: string) =>
    inherit(report({ HOME: path }), shell("bash")).environment?.variables;
  expect(of(`${home}/same`)?.has("HOME")).toBe(false);
  expect(of("/elsewhere")?.get("HOME")).toBe("/elsewhere");
});

it("what a person accepted is marked, with that value alone", () => {
  const accepted = [acceptVariable({ name: "BASH_ENV", value: "/p/env.sh" })];
  const marked = (value: string) =>
    createInherit(home)(report({ BASH_ENV: value }), shell("bash"), accepted).environment?.named[0];
  expect(marked("/p/env.sh")?.isAccepted).toBe(true);
  expect(marked("/p/other.sh")?.isAccepted).toBeUndefined();
});
