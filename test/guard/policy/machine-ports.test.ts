// Ports of the machine in policies: how they are written, which ones none can name, and how layers join.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalPort,
  machinePort,
  machinePortFault,
  portsBeyond,
  portsOfBoth,
  portsOfLayers,
} from "#guard/policy/machine-ports.ts";
import type { Layer } from "#guard/policy/policy.ts";

describe("an entry", () => {
  it.each([
    [5432, "5432", undefined],
    ["5432", "5432", undefined],
    ["localhost:5432", "5432", undefined],
    ["127.0.0.1:6379", "127.0.0.1:6379", "127.0.0.1"],
    ["127.12.0.255:1", "127.12.0.255:1", "127.12.0.255"],
    ["[::1]:6379", "[::1]:6379", "::1"],
    ["::1:6379", "[::1]:6379", "::1"],
  ])("%s is written %s", (written, canonical, address) => {
    expect(machinePortFault(written)).toBeUndefined();
    expect(canonicalPort(written)).toBe(canonical);
    expect(canonicalPort(canonical)).toBe(canonical);
    expect(machinePort(canonical).address).toBe(address);
  });

  it.each([
    ...[0, -1, 65_536, 1.5, Number.NaN, "", "x", "5432/tcp", "05432", "0x1538", " 5432", "5432 "],
    ...["127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "5432-5440", "*", ":"],
  ])("%s is no port", (written) => {
    expect(machinePortFault(written)).toMatch(/name a port|no address/);
  });

  it.each([
    ...["0.0.0.0:5432", "10.0.0.1:5432", "169.254.169.254:80", "128.0.0.1:1", "127.1:80"],
    ...["127.0.0.1.example.com:80", "127.0.0.256:80", "127.00.0.1:80", "db.internal:5432"],
    ...["[::]:80", "[::ffff:127.0.0.1]:80", "metadata.google.internal:80", "a@127.0.0.1:80"],
  ])("%s is not of the loopback", (written) => {
    expect(machinePortFault(written)).toContain("is no address of this machine's loopback");
  });

  it.each([22, 25, 53, 2375, 2376, "127.0.0.1:2375", "[::1]:2376", 6000, 6063, 9229, 10_250])(
    "%s gives power over the machine",
    (written) => {
      expect(machinePortFault(written)).toMatch(/can be named by no policy: /);
    },
  );

  it("says for what is no text at all what to write", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const fault = machinePortFault(text);
        if (fault === undefined)
          expect(canonicalPort(canonicalPort(text))).toBe(canonicalPort(text));
        else expect(fault.length).toBeGreaterThan(20);
      }),
    );
  });
});

it("a port alone stands for its addresses", () => {
  expect(portsBeyond(["127.0.0.1:5432"], ["5432"])).toEqual([]);
  expect(portsBeyond(["5432"], ["127.0.0.1:5432"])).toEqual(["5432"]);
  expect(portsOfBoth(["5432", "6379"], ["127.0.0.1:5432", "3306"])).toEqual(["127.0.0.1:5432"]);
});

describe("layers", () => {
  const said = (layer: Layer, machinePorts?: readonly string[], mayAllow = true) => ({
    policy: { layer, ...(machinePorts === undefined ? {} : { machinePorts }) },
    mayAllow,
  });
  it.each([
    ["the chosen policy opens", [said("managed"), said("user", ["5432"])], ["5432"]],
    ["the managed one pins none", [said("managed", []), said("user", ["5432"])], []],
    ["a lower one takes away", [said("managed", ["1", "2"]), said("user", ["2"])], ["2"]],
    ["a lower one adds none", [said("managed", ["1"]), said("user", ["1", "2"])], ["1"]],
    ["a managed one that keeps allowing", [said("managed"), said("user", ["1"], false)], []],
    ["a repository opens none", [said("project", ["1"]), said("builtin")], []],
    ["a repository takes away", [said("project", ["1"]), said("user", ["1", "2"])], ["1"]],
    ["nobody speaks of ports", [said("managed"), said("user")], undefined],
  ] as const)("%s", (_name, layers, ports) => {
    expect(portsOfLayers(layers)).toEqual(ports);
  });

  it("a layer below never adds a port", () => {
    const lists = fc.option(fc.subarray(["1", "2", "3", "127.0.0.1:3", "127.0.0.1:4"]), {
      nil: undefined,
    });
    const layer = fc.constantFrom<Layer>("project", "user");
    fc.assert(
      fc.property(lists, lists, lists, layer, (first, second, third, of) => {
        if (first === undefined) return;
        const above = [said("managed", first), said(of, second)];
        const all = portsOfLayers([...above, said("builtin", third)]) ?? [];
        expect(portsBeyond(all, portsOfLayers(above) ?? [])).toEqual([]);
        expect(portsBeyond(all, first)).toEqual([]);
      }),
    );
  });
});
