// The registries that the gateway lets be read: names of hosts, which nothing that is compared with them can spell otherwise.
import { expect, it } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";

it("are names in lower case, each once, and none that reads other hosts on behalf of who asks", () => {
  for (const host of READING_REGISTRIES) expect(host).toMatch(/^[a-z]+(?:\.[a-z]+){1,2}$/);
  expect(new Set(READING_REGISTRIES).size).toBe(READING_REGISTRIES.length);
  expect(READING_REGISTRIES.filter((host) => /golang|packagist/.test(host))).toEqual([]);
});
