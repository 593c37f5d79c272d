// The registry gateway in compiled settings: what is written, what the audit and lint make of it, and combinations that are refused.
import { describe, expect, it } from "vitest";
import type { Target } from "#govern/compile/target.ts";
import { readSandbox } from "#govern/settings/sandbox-reading.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { compiledFor, SITE_TEXT, siteOf, textOf } from "./compiled.ts";

const managed: Target = { scope: "managed", platform: "linux" };
const on = `${SITE_TEXT}sandbox: { gateway: {} }\n`;

function settingsFrom(text: string, target: Target = managed): Record<string, Json> {
  return JSON.parse(textOf(compiledFor(target, siteOf(text)), "managed-settings.json"));
}

describe("`sandbox.gateway`", () => {
  it("is the sandbox's only way out, on the port that is named or the usual one", () => {
    const network = (text: string) => Object(settingsFrom(text)["sandbox"]).network;
    expect(network(on)).toMatchObject({ httpProxyPort: 40127, allowedDomains: [] });
    expect(network(`${SITE_TEXT}sandbox: { gateway: { port: 5000 } }\n`)).toMatchObject({
      httpProxyPort: 5000,
    });
    expect(network(SITE_TEXT)).not.toHaveProperty("httpProxyPort");
  });
  it("changes nothing else: programs outside of the sandbox get no variable and commands no place", () => {
    const [plain, gated] = [settingsFrom(SITE_TEXT), settingsFrom(on)];
    const { httpProxyPort: _port, ...network } = Object(gated["sandbox"]).network;
    const sandbox = { ...Object(gated["sandbox"]), network };
    expect({ ...gated, sandbox }).toEqual(plain);
  });
  it("hides the authority's key, also where a service has a data directory of its own", () => {
    const service = "service: { program: /opt/x, data: /var/lib/other }";
    const text = on.replace(/service:\n.*\n/, `${service}\n`);
    const { denyRead } = Object(settingsFrom(text)["sandbox"]).filesystem;
    expect(denyRead).toEqual(
      expect.arrayContaining(["/var/lib/other/tls", "/var/lib/sallyport/tls"]),
    );
  });
  it("leaves nothing to say against the sandbox, whose gateway is on that port", () => {
    const content = settingsFrom(on);
    const reading = readSandbox([{ layer: "managed", file: "managed-settings.json", content }]);
    expect(reading).toMatchObject({ problem: undefined, gatewayPort: 40127 });
  });
  it("is told of beside the files", () => {
    const { notes } = compiledFor(managed, siteOf(on));
    expect(notes.join("\n")).toContain("registry gateway on port 40127");
    expect(notes.join("\n")).not.toContain("--proxy");
    const behind = compiledFor(managed, siteOf(`${on}proxy: { url: "http://proxy.corp:3128" }\n`));
    expect(behind.notes.join("\n")).toContain("sallyport gateway start --proxy URL");
    expect(compiledFor(managed, siteOf(SITE_TEXT)).notes.join("\n")).not.toContain("gateway");
  });
  it("is left out where no sandbox is written for people and projects", () => {
    for (const scope of ["user", "project"] as const) {
      const { files } = compiledFor({ scope, platform: "linux" }, siteOf(on));
      expect(files.map(({ text }) => text).join("")).not.toContain("httpProxyPort");
    }
  });
});

describe("refused in words", () => {
  const https =
    "hooks: { transport: https, port: 4711, token: aaaaaaaaaaaaaaaaaaaaaaaa, authority: /d/tls/ca.pem, program: /d/bin/sallyport, data: /d }\n";
  it.each([
    ["without hooks", "sandbox: { gateway: {} }", managed, "needs `hooks`"],
    [
      "with a host for commands",
      `${SITE_TEXT}sandbox: { gateway: {}, allowedDomains: [npm.corp] }`,
      managed,
      "`npm.corp`",
    ],
    [
      "with the sandbox off",
      `${SITE_TEXT}sandbox: { enabled: false, gateway: {} }`,
      managed,
      "none is written here",
    ],
    ["on Windows", on, { scope: "managed", platform: "windows" }, "none is written here"],
    ["with http hooks", `${https}sandbox: { gateway: {} }`, managed, "transport: command"],
  ] as const)("%s", (_name, text, target, why) => {
    expect(() => compiledFor(target, siteOf(text))).toThrow(why);
  });
  it("beside a policy that allows commands a host", () => {
    const rule = {
      id: "x/docs",
      verdict: "allow",
      when: { effects: ["egress"], hosts: ["docs.corp"] },
      reason: "because",
      instead: undefined,
    } as const;
    const team = loadPack("team");
    expect(() =>
      compiledFor(managed, siteOf(on), { ...team, rules: [...team.rules, rule] }),
    ).toThrow(
      expect.objectContaining({
        code: "compile-gateway",
        message: expect.stringContaining("docs.corp"),
      }),
    );
  });
  it.each(["0", "70000", "'x'", "{}"])("port %s", (port) => {
    expect(() => siteOf(`sandbox: { gateway: { port: ${port} } }`)).toThrow(/port/);
  });
});
