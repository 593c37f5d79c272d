// What is made for machines, providers and runtimes: loaded by the real firewall, read back, and checked for what goes past the proxy.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FirewallWish, iptables, nftables } from "#govern/network/firewall.ts";
import { providerProfile } from "#govern/network/provider-profile.ts";
import { proxyEnvironment } from "#govern/network/proxy-environment.ts";
import { checkProxyVariables } from "#govern/network/proxy-variables-check.ts";
import { loadDestinations } from "#surface/foundation/product/shipped-data.ts";
import { skipIfMissing } from "../../skipping.ts";

const destinations = loadDestinations();
const WISH: FirewallWish = { user: undefined, proxy: undefined, resolvers: [], networks: [] };
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-firewall-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell says in a network of its own, with one link that leads nowhere. */
function apart(script: string): { readonly status: number | null; readonly text: string } {
  const link =
    "ip link set lo up; ip link add d0 type veth peer name d1; ip link set d1 up; ip link set d0 arp off; ip addr add 192.0.2.2/24 dev d0; ip -6 addr add 2001:db8::2/64 dev d0 nodad; ip link set d0 up; ip route add default dev d0; ip -6 route add default dev d0";
  const { status, stdout, stderr } = spawnSync(
    "unshare",
    ["-rn", "sh", "-c", `${link}\n${script}`],
    { encoding: "utf8" },
  );
  return { status, text: `${stdout}${stderr}` };
}

const path = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

function absent(...programs: readonly string[]): string | undefined {
  const missing = programs.find(
    (program) => spawnSync("sh", ["-c", `command -v ${program}`], { env: path }).status !== 0,
  );
  return missing === undefined ? undefined : `there is no ${missing}`;
}

function lacking(...programs: readonly string[]): string | undefined {
  const missing = absent("unshare", "ip", ...programs);
  if (missing !== undefined) return missing;
  return spawnSync("unshare", ["-rn", "ip", "link", "add", "d0", "type", "veth"], { env: path })
    .status === 0
    ? undefined
    : "no network of its own can be made here";
}

/** Tries a place for a moment: `went` where packets left, whatever came of it. */
const TRY = (place: string): string => {
  const [protocol = "", host = "", port = ""] = place.split(" ");
  return `timeout 1 bash -c 'exec 3<>/dev/${protocol}/${host}/${port} && echo x >&3' 2>/dev/null; case $? in 124|0) echo "${place} went";; *) echo "${place} kept";; esac`;
};

describe("a firewall, loaded for real", () => {
  it("nftables: only the proxy is reached, in both families, by names neither", (ctx) => {
    skipIfMissing(ctx, lacking("nft", "bash"));
    const file = join(folder, "egress.nft");
    writeFileSync(
      file,
      nftables({
        ...WISH,
        proxy: "192.0.2.9:3128",
        networks: ["192.0.2.64/26"],
        resolvers: ["192.0.2.53"],
      }),
    );
    const places = [
      ...[
        "tcp 192.0.2.9 3128",
        "tcp 192.0.2.9 443",
        "tcp 198.51.100.7 443",
        "tcp 198.51.100.7 8443",
      ],
      ...[
        "tcp 2001:db8::7 443",
        "udp 198.51.100.7 53",
        "udp 192.0.2.53 53",
        "tcp 198.51.100.7 853",
        "tcp 192.0.2.70 22",
      ],
    ];
    const before = apart(places.map(TRY).join("\n"));
    expect(before.text.match(/went/g)).toHaveLength(places.length);
    const { status, text } = apart(
      `nft -c -f ${file} && nft -f ${file} && nft -f ${file} || exit 9\n${places.map(TRY).join("\n")}`,
    );
    expect(status, text).toBe(0);
    expect(text.match(/^.* went$/gm)).toEqual([
      ...["tcp 192.0.2.9 3128 went", "udp 192.0.2.53 53 went", "tcp 192.0.2.70 22 went"],
    ]);
  }, 60_000);

  it("nftables: by account, and taken back as it says", (ctx) => {
    skipIfMissing(ctx, lacking("nft"));
    const file = join(folder, "account.nft");
    writeFileSync(file, nftables({ ...WISH, user: "root" }));
    const { status, text } = apart(
      `nft -f ${file} && nft delete table inet sallyport_egress && nft list ruleset`,
    );
    expect([status, text]).toEqual([0, ""]);
  }, 30_000);

  it("iptables: both families are taken, and twice is as once", (ctx) => {
    skipIfMissing(ctx, lacking("iptables-restore", "ip6tables-restore"));
    const { v4, v6 } = iptables({
      ...WISH,
      proxy: "[fd00::9]:3128",
      user: "root",
      resolvers: ["192.0.2.53", "fd00::53"],
      networks: ["10.0.0.0/8"],
    });
    for (const [name, text, command] of [
      ["v4", v4, "iptables"],
      ["v6", v6, "ip6tables"],
    ] as const) {
      const file = join(folder, name);
      writeFileSync(file, text);
      const load = `${command}-restore --noflush ${file}`;
      const { status, text: said } = apart(`${load} --test && ${load} && ${load} && ${command} -S`);
      expect(status, said).toBe(0);
      expect(said).toContain("-P OUTPUT DROP");
      expect(said.includes("fd00::9")).toBe(name === "v6");
    }
  }, 30_000);

  it.each<[string, Partial<FirewallWish>]>([
    ["nobody who goes out", {}],
    ["a name in place of the proxy's address", { proxy: "proxy.example:3128" }],
    ["no port", { proxy: "192.0.2.9" }],
    ["another spelling", { proxy: "0xc0000209:3128" }],
    ["a name for a resolver", { user: "egress", resolvers: ["dns.example"] }],
    ["rules in an account", { user: 'x"; accept' }],
    ["rules in a network", { user: "egress", networks: ["10.0.0.0/8 } accept"] }],
  ])("is not made of %s", (_, wish) => {
    expect(() => nftables({ ...WISH, ...wish })).toThrow(/usage|name|address|account|proxy/);
    expect(() => iptables({ ...WISH, ...wish })).toThrow();
  });
});

describe("a profile of a provider", () => {
  const of = (id: string, wish: Partial<Parameters<typeof providerProfile>[1]> = {}) => {
    const provider = destinations.providers.find((one) => one.id === id);
    if (provider === undefined) throw new Error(id);
    return providerProfile(provider, {
      region: undefined,
      resource: undefined,
      isAirGapped: false,
      networks: [],
      ...wish,
    });
  };
  it("names the hosts at which models are called", () => {
    expect(of("bedrock", { region: "us-east-1" }).hosts["model"]).toEqual([
      "bedrock-runtime.us-east-1.amazonaws.com",
    ]);
    expect(of("bedrock", { region: "cn-north-1" }).allow).toContain(
      "bedrock-runtime.cn-north-1.amazonaws.com.cn",
    );
    expect(of("vertex", { region: "global" }).hosts["model"]).toEqual([
      "aiplatform.googleapis.com",
    ]);
    expect(of("foundry", { resource: "our-models" }).env["ANTHROPIC_FOUNDRY_RESOURCE"]).toBe(
      "our-models",
    );
    expect(of("anthropic").hosts["model"]).toEqual(["api.anthropic.com"]);
  });
  it("air-gapped: private hosts and networks alone, and the client asks nothing else", () => {
    const profile = of("bedrock", {
      region: "eu-central-1",
      isAirGapped: true,
      networks: ["10.20.0.0/16"],
    });
    expect(profile.allow).toBe(
      "bedrock-runtime.eu-central-1.amazonaws.com,sts.eu-central-1.amazonaws.com,10.20.0.0/16:443",
    );
    expect(profile.env).toMatchObject({ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" });
  });
  it("every host of it is of the class that it stands in", () => {
    const wish = { region: "eu-west-1", resource: "r" };
    for (const { id } of destinations.providers)
      for (const [name, hosts] of Object.entries(of(id, wish).hosts))
        for (const host of hosts)
          expect([host, destinations.classes.find((one) => one.has(host))?.id]).toEqual([
            host,
            name,
          ]);
  });
  it.each([
    ["bedrock", {}],
    ["bedrock", { region: "x.evil.example" }],
    ["vertex", { region: "europe-west1/.evil.example" }],
    ["vertex", { region: "global", isAirGapped: true }],
    ["foundry", { resource: "a.b" }],
    ["anthropic", { isAirGapped: true }],
  ])("is not made of %s %j", (id, wish) => {
    expect(() => of(id, wish)).toThrow();
  });
});

describe("variables of proxies", () => {
  const at = "http://127.0.0.1:40128";
  const good =
    proxyEnvironment(new URL(at), [".corp.example"]).find(({ runtime }) => runtime === "all")
      ?.variables ?? {};
  const found = (change: Readonly<Record<string, string>>) =>
    checkProxyVariables({ ...good, ...change }, destinations).map(
      ({ level, variable }) => `${level} ${variable}`,
    );
  const both = (value: string) => ({ NO_PROXY: value, no_proxy: value });
  const own = "localhost,127.0.0.1";

  it("what is made has no fault", () => {
    expect(found({}).filter((one) => one.startsWith("fault"))).toEqual([]);
    expect(checkProxyVariables({}, destinations)).toEqual([]);
  });
  it("curl and git heed it: what is excepted goes past, the rest does not", (ctx) => {
    skipIfMissing(ctx, absent("curl", "git"));
    const curl = (url: string) =>
      spawnSync("curl", ["-sS", "-m", "3", url], {
        encoding: "utf8",
        env: { ...good, HTTP_PROXY: "", PATH: process.env["PATH"] },
      });
    expect(curl("http://other.example/").stderr).toContain("127.0.0.1 port 40128");
    const git = execFileSync(
      "sh",
      ["-c", "GIT_TRACE_CURL=1 git ls-remote https://other.example/x 2>&1 || true"],
      { encoding: "utf8", env: { ...good, HOME: folder, PATH: process.env["PATH"] } },
    );
    expect(git).toContain("40128");
  });
  it.each<[Readonly<Record<string, string>>, readonly string[]]>([
    [both(`${own},*.internal`), ["fault NO_PROXY", "fault no_proxy"]],
    [both(`${own},.internal`), []],
    [both(`${own},*`), ["fault NO_PROXY", "fault no_proxy"]],
    [both(".internal"), ["fault NO_PROXY", "fault NO_PROXY", "fault no_proxy", "fault no_proxy"]],
    [both("localhost 127.0.0.1"), ["fault NO_PROXY", "fault no_proxy"]],
    [both(`${own},https://a.internal`), ["fault NO_PROXY", "fault no_proxy"]],
    [both(`${own},10.0.0.0/8`), ["note NO_PROXY", "note no_proxy"]],
    [both(`${own},.com`), ["fault NO_PROXY", "fault no_proxy"]],
    [both(`${own},api.anthropic.com`), ["note NO_PROXY", "note no_proxy"]],
    [{ no_proxy: own }, ["fault no_proxy"]],
    [
      { HTTPS_PROXY: "socks5://127.0.0.1:1080", https_proxy: "socks5://127.0.0.1:1080" },
      ["fault HTTPS_PROXY", "fault https_proxy"],
    ],
    [
      { HTTPS_PROXY: "127.0.0.1:40128", https_proxy: "127.0.0.1:40128" },
      ["fault HTTPS_PROXY", "fault https_proxy"],
    ],
    [{ https_proxy: "" }, ["fault https_proxy"]],
    [{ GLOBAL_AGENT_HTTP_PROXY: at }, ["fault GLOBAL_AGENT_HTTP_PROXY"]],
    [{ ANTHROPIC_BASE_URL: "https://relay.example/v1" }, ["note ANTHROPIC_BASE_URL"]],
    [
      { ANTHROPIC_BASE_URL: "http://relay.example" },
      ["fault ANTHROPIC_BASE_URL", "note ANTHROPIC_BASE_URL"],
    ],
    [{ ANTHROPIC_BASE_URL: "https://api.anthropic.com" }, []],
    [{ ANTHROPIC_BASE_URL: "https://api.anthropic.com.evil.example" }, ["note ANTHROPIC_BASE_URL"]],
    [
      { ANTHROPIC_BEDROCK_BASE_URL: "https://bedrock.us-east-1.amazonaws.com" },
      ["fault ANTHROPIC_BEDROCK_BASE_URL"],
    ],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: "0" }, ["fault NODE_TLS_REJECT_UNAUTHORIZED"]],
    [{ NODE_EXTRA_CA_CERTS: "ca.pem" }, ["fault NODE_EXTRA_CA_CERTS"]],
    [{ CLAUDE_CODE_CERT_STORE: "bundled,mine" }, ["fault CLAUDE_CODE_CERT_STORE"]],
  ])("%j: %j", (change, expected) => {
    // Notes of what is excepted in every row are no matter of this one.
    const told = found(change).filter((one) => expected.includes(one) || !/ no_proxy$/i.test(one));
    expect(told).toEqual(expected);
  });
  it("no password is told", () => {
    const text = JSON.stringify(
      checkProxyVariables({ HTTPS_PROXY: "http://u:hunter2secret@p:1/x" }, destinations),
    );
    expect(text).toContain("password");
    expect(text).not.toContain("hunter2secret");
  });
});
