// Addresses by what lies behind them, in every spelling.
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { addressKind, mayHave } from "#surface/services/hold/hosts/addresses.ts";

const NONE = new Set<string>();

test.each([
  ["127.0.0.1", "own"],
  ["127.255.0.9", "own"],
  ["0.0.0.0", "own"],
  ["::1", "own"],
  ["::", "own"],
  ["::ffff:127.0.0.1", "own"],
  ["::ffff:7f00:1", "own"],
  ["0:0:0:0:0:ffff:7f00:1", "own"],
  ["::127.0.0.1", "own"],
  ["64:ff9b::7f00:1", "own"],
  ["64:ff9b::169.254.169.254", "near"],
  ["2002:7f00:1::", "own"],
  ["2002:a00:1::1", "private"],
  ["169.254.169.254", "near"],
  ["168.63.129.16", "near"],
  ["100.100.100.200", "near"],
  ["fd00:ec2::254", "near"],
  ["fe80::1%eth0", "near"],
  ["224.0.0.1", "near"],
  ["255.255.255.255", "near"],
  ["ff02::1", "near"],
  ["no address", "near"],
  ["", "near"],
  ["10.0.0.1", "private"],
  ["172.31.255.255", "private"],
  ["172.32.0.1", "public"],
  ["192.168.1.1", "private"],
  ["100.64.0.1", "private"],
  ["fd12::1", "private"],
  ["::ffff:192.168.1.1", "private"],
  ["203.0.113.7", "public"],
  ["2606:4700::1111", "public"],
  ["::ffff:8.8.8.8", "public"],
])("%s is %s", (address, kind) => {
  expect(addressKind(address, NONE)).toBe(kind);
});

test("an address of this machine's own interfaces is its own, whatever it looks like", () => {
  expect(addressKind("203.0.113.7", new Set(["203.0.113.7"]))).toBe("own");
  expect(addressKind("::ffff:203.0.113.7", new Set(["203.0.113.7"]))).toBe("own");
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  for (const { address } of own) expect(addressKind(address)).toBe("own");
});

test("an address that was named is that address and no other", () => {
  const host = { ports: [80], isPlain: true, isNamed: true, isConfigured: false };
  expect(mayHave({ ...host, host: "10.0.0.5" }, "10.0.0.5")).toBe(true);
  expect(mayHave({ ...host, host: "10.0.0.5" }, "10.0.0.6")).toBe(false);
  expect(mayHave({ ...host, host: "10.0.0.5", isNamed: false }, "10.0.0.5")).toBe(false);
  expect(mayHave({ ...host, host: "metadata.internal" }, "169.254.169.254")).toBe(true);
  expect(mayHave({ ...host, host: "metadata.example" }, "169.254.169.254")).toBe(false);
  expect(mayHave({ ...host, host: "box.internal" }, "127.0.0.1")).toBe(false);
});
