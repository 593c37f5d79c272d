// What a word of an egress policy reaches, and what no spelling of a host reaches.
import { BlockList } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideEgress, egressRules } from "#govern/network/egress-rules.ts";
import { hostForm, isInNetwork, namedNetwork } from "#govern/network/host-form.ts";
import type { Rule } from "#guard/policy/policy.ts";
import { loadDestinations } from "#surface/foundation/product/shipped-data.ts";

const destinations = loadDestinations();

function rule(verdict: Rule["verdict"], when: Partial<Rule["when"]>): Rule {
  return {
    id: "x",
    verdict,
    when: { effects: ["egress"], ...when },
    reason: "",
    instead: undefined,
  };
}

/** Why a place is refused; `ok` and how where it is not. */
function decided(
  place: string,
  allow: readonly string[],
  more: {
    readonly deny?: readonly string[];
    readonly rules?: readonly Rule[];
    readonly method?: string;
  } = {},
): string {
  const [, host = "", port = "443"] = /^(.*?)(?::(\d+))?$/.exec(place) ?? [];
  const form = hostForm(host);
  if (form === undefined) return "no host";
  const rules = egressRules(more.rules ?? [], { allow, deny: more.deny ?? [] }, destinations);
  const decision = decideEgress({ form, port: Number(port), method: more.method }, rules);
  return decision.isAllowed ? `ok ${decision.mode}` : decision.why;
}

describe("a word reaches what it names", () => {
  it.each([
    ["api.shop.example", "api.shop.example", "ok any"],
    ["API.Shop.Example.", "api.shop.example", "ok any"],
    ["api.shop.example:80", "api.shop.example", "ok any"],
    ["api.shop.example:8443", "api.shop.example", "port"],
    ["api.shop.example:8443", "api.shop.example:8443", "ok any"],
    ["api.shop.example:443", "api.shop.example:8443", "port"],
    ["x.api.shop.example", "api.shop.example", "host"],
    ["api.shop.example.evil.example", "api.shop.example", "host"],
    ["evilapi.shop.example", "*.shop.example", "ok any"],
    ["evilshop.example", "*.shop.example", "host"],
    ["shop.example", "*.shop.example", "host"],
    ["git.example:22", "git.example:22=raw", "ok raw"],
    ["git.example", "git.example=read", "method"],
    ["api.anthropic.com", "model", "ok any"],
    ["bedrock-runtime.eu-west-1.amazonaws.com", "model", "ok any"],
    ["bedrock-runtime.evil.example.amazonaws.com", "model", "host"],
    ["bedrock-runtime.x.amazonaws.com.evil.example", "model", "host"],
    ["us-east5-aiplatform.googleapis.com", "model", "ok any"],
    ["storage.googleapis.com", "model", "host"],
    ["pypi.org", "registry", "ok any"],
    ["example.org", "registry", "host"],
    ["example.org", "web", "ok any"],
    ["api.anthropic.com", "web", "host"],
    ["10.1.2.3", "10.1.0.0/16", "ok any"],
    ["10.2.2.3", "10.1.0.0/16", "literal"],
    ["10.1.2.3", "web", "literal"],
    ["[fd00::5]", "fd00::/8", "ok any"],
    ["0x0a010203", "10.1.0.0/16", "spelling"],
    ["012.1.2.3", "10.1.0.0/16", "spelling"],
    ["167838211", "10.1.0.0/16", "spelling"],
    ["10.66051", "10.1.0.0/16", "spelling"],
    ["[::ffff:10.1.2.3]", "10.1.0.0/16", "spelling"],
    ["1.2.3.256", "web", "no host"],
    ["a..b", "web", "no host"],
    ["-a.example", "web", "no host"],
    ["a b.example", "web", "no host"],
    ["[fe80::1%eth0]", "web", "no host"],
  ])("%s by %s: %s", (place, word, outcome) => {
    expect(decided(place, [word])).toBe(outcome);
  });

  it("by plain HTTP what is only read is read", () => {
    expect(decided("git.example:80", ["git.example=read"], { method: "GET" })).toBe("ok read");
    expect(decided("git.example:80", ["git.example=read"], { method: "POST" })).toBe("method");
  });

  it("what is denied is denied, whoever allows it", () => {
    expect(decided("a.example", ["web"], { deny: ["a.example"] })).toBe("denied");
    expect(decided("a.example", ["a.example"], { deny: ["web"] })).toBe("denied");
    expect(decided("a.example:22", ["a.example:22=raw"], { deny: ["a.example:443"] })).toBe(
      "ok raw",
    );
  });

  it("rules of the policy count with their hosts", () => {
    const rules = [
      rule("allow", { hosts: ["a.example", "*.b.example"] }),
      rule("deny", { hosts: ["c.b.example"] }),
    ];
    expect(
      ["a.example", "x.b.example", "c.b.example", "d.example"].map((host) =>
        decided(host, [], { rules }),
      ),
    ).toEqual(["ok any", "ok any", "denied", "host"]);
    // What a rule says of what is sent nobody sees here: it allows nothing.
    expect(
      decided("a.example", [], {
        rules: [rule("allow", { hosts: ["a.example"], carriesNothing: true })],
      }),
    ).toBe("host");
  });

  it("a policy that denies what it does not list is not opened by words, but for the model", () => {
    const rules = [rule("deny", { exceptHosts: ["loopback", "a.example"] })];
    expect(decided("a.example", ["web"], { rules })).toBe("ok any");
    expect(decided("b.example", ["web", "b.example"], { rules })).toBe("denied");
    expect(decided("api.anthropic.com", ["model"], { rules })).toBe("ok any");
  });

  it.each([
    ["nothing"],
    ["*.com"],
    ["*"],
    ["http://a.example"],
    ["a.example:0"],
    ["a.example:70000"],
    ["a.example=all"],
    ["a.example=raw"],
    ["web:22=raw"],
    ["10.0.0.0/33"],
    ["a@b.example"],
  ])("`%s` is no word", (word) => {
    if (word === "nothing") return expect(decided("nothing", [word])).toBe("ok any");
    return expect(() => decided("a.example", [word])).toThrow(/`/);
  });
});

describe("a network", () => {
  it("has the addresses that node's own list has", () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(
        address,
        address,
        fc.integer({ min: 0, max: 128 }),
        fc.boolean(),
        (base, other, length, isNear) => {
          const bits = base.includes(":") ? length : length % 33;
          const network = namedNetwork(`${base}/${bits}`);
          if (network === undefined) return;
          const list = new BlockList();
          const family = (text: string) =>
            (text.includes(":") ? "ipv6" : "ipv4") as "ipv6" | "ipv4";
          list.addSubnet(base, bits, family(base));
          const one = hostForm(isNear ? base : other)?.host ?? "";
          const expected = family(one) === family(base) && list.check(one, family(one));
          expect(isInNetwork(one, network)).toBe(expected);
        },
      ),
    );
  });
});

describe("no spelling of an address is a name", () => {
  const part = (value: number, base: number): string =>
    base === 16 ? `0x${value.toString(16)}` : base === 8 ? `0${value.toString(8)}` : `${value}`;
  it("in any base, with parts left out", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 }),
        fc.constantFrom("", "."),
        (address, count, bases, dot) => {
          const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
          const rest = address % 2 ** (8 * (5 - count));
          const parts = [...bytes.slice(0, count - 1), rest];
          const word = parts.map((value, at) => part(value, bases[at] ?? 10)).join(".");
          const form = hostForm(`${word}${dot}`);
          expect(form).toMatchObject({ kind: "address", host: bytes.join(".") });
          if (word !== bytes.join(".")) expect(form).toMatchObject({ isUsual: false });
        },
      ),
    );
  });
  it("and whatever is read is the same when it is read again", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6()), (word) => {
        const form = hostForm(word);
        if (form !== undefined) expect(hostForm(form.host)?.host).toBe(form.host);
      }),
    );
  });
});
