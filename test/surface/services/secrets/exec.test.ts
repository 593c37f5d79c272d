// What `sallyport secrets exec` reads from its words, and how a program runs with values in its environment.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { referenceText } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { readExecOrder } from "#surface/cli/commands/privacy/secrets-exec.ts";
import { runWithSecrets, withoutLogins } from "#surface/services/secrets/run-with-secrets.ts";

const files: Readonly<Record<string, string>> = {
  "a.yaml": "secrets:\n  ONE: aws:one\n  TWO: aws:two\n",
};
const order = (...words: string[]) => readExecOrder(words, (path) => files[path] ?? "");
const wanted = (...words: string[]) =>
  [...order(...words).wanted].map(([name, reference]) => `${name}=${referenceText(reference)}`);

describe("the words", () => {
  it("name variables by hand and by file, and the program behind `--`", () => {
    expect(wanted("--env", "A=aws:x", "--env=B=vault:s/p#k", "--", "npm", "test")).toEqual([
      "A=aws:x",
      "B=vault:s/p#k",
    ]);
    expect(wanted("--from", "a.yaml", "--only", "TWO", "--", "x")).toEqual(["TWO=aws:two"]);
    expect(wanted("--from", "a.yaml", "--env", "ONE=aws:other", "--", "x")).toEqual([
      "ONE=aws:other",
      "TWO=aws:two",
    ]);
    expect(order("--env", "A=aws:x", "--", "sh", "-c", "--", "x").program).toEqual([
      "sh",
      "-c",
      "--",
      "x",
    ]);
  });
  it.each([
    [["--env", "A=aws:x", "npm", "test"], "behind `--`"],
    [["--env", "A=aws:x", "--"], "behind `--`"],
    [["--", "npm"], "which secrets"],
    [["--env", "planted-value", "--", "x"], "NAME=REFERENCE"],
    [["--env", "A=planted-value", "--", "x"], "begins with a provider"],
    [["--from", "a.yaml", "--only", "THREE", "--", "x"], "no file"],
    [["--what", "--", "x"], "options are"],
  ])("that are wrong are refused: %j", (words, reason) => {
    expect(() => order(...words)).toThrow(reason);
    expect(() => order(...words)).not.toThrow(/planted/);
  });
});

describe("a program", () => {
  const run = (script: string, value = "planted") =>
    runWithSecrets(["sh", "-c", script], new Map([["KEY", new SecretValue(value)]]), {
      PATH: process.env["PATH"],
    });
  it("has the value in its environment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sallyport-exec-"));
    try {
      expect(await run(`printf %s "$KEY" > ${folder}/seen`, "with 'quotes'\nand lines")).toBe(0);
      expect(readFileSync(join(folder, "seen"), "utf8")).toBe("with 'quotes'\nand lines");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  it("ends with its own code, or as a shell would say it", async () => {
    expect(await run("exit 7")).toBe(7);
    expect(await run("kill -TERM $$")).toBe(143);
    expect(await runWithSecrets(["/nonexistent/program"], new Map(), {})).toBe(127);
    expect(await runWithSecrets(["/etc/passwd"], new Map(), {})).toBe(126);
  });
  it("is not started with a value that no variable can hold", async () => {
    await expect(run("exit 0", "a\0b")).rejects.toMatchObject({ code: "secret-value" });
  });
  it("leaves our own environment as it is", async () => {
    await run("true");
    expect(process.env["KEY"]).toBeUndefined();
  });
});

describe("the environment of a program", () => {
  const LOGINS = {
    VAULT_TOKEN: "planted",
    VAULT_SECRET_ID: "planted",
    OP_SERVICE_ACCOUNT_TOKEN: "planted",
    OP_SESSION_team: "planted",
    OP_CONNECT_TOKEN: "planted",
    DOPPLER_TOKEN: "planted",
  };
  const PLAIN = { PATH: "/usr/bin:/bin", VAULT_ADDR: "https://v.example", OP_ACCOUNT: "team" };
  const CLOUD = { AWS_SECRET_ACCESS_KEY: "planted", AZURE_CLIENT_SECRET: "planted" };

  it("has the value, and no login of a manager of secrets", async () => {
    const { environment, left } = withoutLogins({ ...PLAIN, ...LOGINS, ...CLOUD }, ["vault"]);
    expect(environment).toEqual({ ...PLAIN, ...CLOUD });
    expect(left).toEqual(Object.keys(LOGINS));
    const folder = mkdtempSync(join(tmpdir(), "sallyport-exec-"));
    try {
      const secrets = new Map([["API_KEY", new SecretValue("the value")]]);
      const program = ["sh", "-c", `env > ${folder}/seen`];
      expect(await runWithSecrets(program, secrets, environment)).toBe(0);
      const seen = readFileSync(join(folder, "seen"), "utf8");
      expect(seen).toContain("API_KEY=the value");
      expect(seen).not.toMatch(/VAULT_TOKEN|OP_S|DOPPLER_TOKEN/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  it("loses the login of a cloud only where that cloud gave the secret", () => {
    expect(withoutLogins(CLOUD, ["aws"]).left).toEqual(["AWS_SECRET_ACCESS_KEY"]);
    expect(withoutLogins(CLOUD, ["azure"]).left).toEqual(["AZURE_CLIENT_SECRET"]);
    expect(withoutLogins(CLOUD, []).left).toEqual([]);
  });
  it("keeps what is named, and what is given by reference", async () => {
    const kept = order("--env", "A=aws:x", "--keep", "VAULT_TOKEN,DOPPLER_TOKEN", "--", "x").keep;
    expect(withoutLogins(LOGINS, [], kept).environment).toEqual({
      VAULT_TOKEN: "planted",
      DOPPLER_TOKEN: "planted",
    });
    expect(() => order("--env", "A=aws:x", "--keep", "a-b", "--", "x")).toThrow("`--keep` takes");
    const given = new Map([["VAULT_TOKEN", new SecretValue("narrow")]]);
    const program = ["sh", "-c", '[ "$VAULT_TOKEN" = narrow ]'];
    const { environment } = withoutLogins({ ...PLAIN, ...LOGINS }, ["vault"]);
    expect(await runWithSecrets(program, given, environment)).toBe(0);
  });
});
