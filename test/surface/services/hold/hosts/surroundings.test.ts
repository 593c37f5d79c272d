// What a person's shell and files say of proxies and hosts, read from the real thing.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { proxiedProgram } from "#guard/hold/proxied-programs.ts";
import {
  hostsIn,
  hostsOfSettings,
  notingHosts,
  shellSays,
} from "#surface/services/hold/hosts/surroundings.ts";
import { whyNotInstalled } from "../../../../installed.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sallyport-around-"));
  for (const name of ["home", "project"]) mkdirSync(join(root, name));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const npm = proxiedProgram("npm") ?? {};

describe.each(["bash", "zsh"])("%s", (shell) => {
  const missing = whyNotInstalled(shell);
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });
  const said = async (environment: Readonly<Record<string, string>>) => {
    const note = join(root, "it's a note");
    execFileSync(
      shell,
      ["-c", `set -C; ${notingHosts([npm], note)}; ${notingHosts([npm], note)}`],
      {
        env: { PATH: "/usr/bin:/bin", HOME: root, ...environment },
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    return await shellSays(note);
  };

  test("tells of no proxy where there is none", async () => {
    const says = await said({});
    expect(says.proxyFor("a.example", 443)).toBe("direct");
    expect(says.hosts).toEqual([]);
  });

  test("tells of proxies by what is asked, with their credentials, and of hosts without one", async () => {
    const says = await said({
      HTTPS_PROXY: "http://us%40er:s%3Acret@proxy.corp:3128",
      http_proxy: "plain.corp:8080",
      NO_PROXY: "corp, .internal,10.0.0.1,only.example:8443",
      npm_config_registry: "https://npm.corp/path/",
    });
    const basic = Buffer.from("us@er:s:cret").toString("base64");
    expect(says.proxyFor("a.example", 443)).toEqual({
      host: "proxy.corp",
      port: 3128,
      authorization: `Basic ${basic}`,
    });
    expect(says.proxyFor("a.example", 80)).toMatchObject({ host: "plain.corp", port: 8080 });
    for (const host of ["corp", "git.corp", "a.internal", "10.0.0.1"])
      expect(says.proxyFor(host, 443)).toBe("direct");
    expect(says.proxyFor("notcorp", 443)).toMatchObject({ host: "proxy.corp" });
    expect(says.proxyFor("only.example", 443)).toMatchObject({ host: "proxy.corp" });
    expect(says.proxyFor("only.example", 8443)).toBe("direct");
    expect(says.hosts[0]).toMatchObject({ host: "npm.corp", ports: [443], isConfigured: true });
  });

  test.each(["socks5://a:1", "https://a:1", "http://a:1/path", "http://%zz@a:1", "http://"])(
    "tells of a proxy that cannot be gone through: %s",
    async (address) => {
      expect((await said({ ALL_PROXY: address })).proxyFor("a.example", 443)).toBe("unknown-kind");
    },
  );
});

test("a note that is not there, or of something else, says nothing", async () => {
  const file = join(root, "note");
  expect((await shellSays(file)).proxyFor("a.example", 443)).toBe("direct");
  writeFileSync(file, Buffer.alloc(200_000, 0xff));
  expect((await shellSays(file)).hosts).toEqual([]);
});

describe("Settings", () => {
  const found = async () =>
    (
      await hostsOfSettings([npm, proxiedProgram("uv") ?? {}], {
        projectRoot: join(root, "project"),
        home: join(root, "home"),
      })
    ).map(({ host }) => host);

  test("name hosts, and lock files those from which something comes", async () => {
    writeFileSync(
      join(root, "home/.npmrc"),
      "registry=https://npm.corp/\n//npm.corp/:_authToken=a\n",
    );
    writeFileSync(join(root, "project/.npmrc"), "@a:registry = http://user:pw@scoped.corp:4873/\n");
    writeFileSync(
      join(root, "project/package-lock.json"),
      JSON.stringify({
        a: { resolved: "https://files.corp/a.tgz", funding: { url: "https://fund.example" } },
        b: { resolved: "git+ssh://git@git.corp/b.git#1" },
        homepage: "https://home.example",
      }),
    );
    writeFileSync(
      join(root, "project/pyproject.toml"),
      '[project.urls]\nHomepage = "https://page.example"\n[[tool.uv.index]]\nurl = "https://wheels.corp/x"\n',
    );
    const hosts = await found();
    for (const host of ["npm.corp", "scoped.corp", "files.corp", "git.corp", "wheels.corp"])
      expect(hosts).toContain(host);
    for (const host of ["fund.example", "home.example", "page.example"])
      expect(hosts).not.toContain(host);
  });

  test("that are no files, or hold no text, name none", async () => {
    mkdirSync(join(root, "home/.npmrc"));
    symlinkSync("/dev/zero", join(root, "project/.npmrc"));
    execFileSync("mkfifo", [join(root, "project/uv.toml")]);
    writeFileSync(join(root, "project/requirements.txt"), Buffer.alloc(100_000, 0x80));
    expect(await found()).toEqual([]);
  }, 5_000);

  test("that name very many hosts name only so many", () => {
    const text = Array.from({ length: 5_000 }, (_one, at) => `https://h${at}.example`).join("\n");
    expect(hostsIn(text, false).length).toBeLessThan(200);
    expect(hostsIn("https://".repeat(200_000), true)).toEqual([]);
  });
});
