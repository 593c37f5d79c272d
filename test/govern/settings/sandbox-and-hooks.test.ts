// Which settings of the sandbox keep http hooks from the daemon.
import { expect, test } from "vitest";
import { parseJsonText } from "#govern/settings/json-text.ts";
import { whyShutOut } from "#govern/settings/sandbox-and-hooks.ts";

const layer = (value: unknown, isManaged = false) => {
  const text = JSON.stringify(value);
  const file = isManaged ? "managed.json" : "mine.json";
  return { document: { file, text, root: parseJsonText(text, file) }, isManaged };
};
const on = { sandbox: { enabled: true } };
const off = { sandbox: { enabled: false } };
const listed = { sandbox: { network: { allowedDomains: ["127.0.0.1"] } } };

test.each([
  ["nothing is said of it", [layer({ env: {} })]],
  ["it is off", [layer(off)]],
  ["managed settings have it off, whatever others say", [layer(on), layer(off, true)]],
  ["the address is listed", [layer(on), layer(listed)]],
  ["it is no boolean", [layer({ sandbox: { enabled: "yes" } }), layer({ sandbox: [] })]],
])("http hooks reach the daemon when %s", (_, layers) => {
  expect(whyShutOut(layers)).toBeUndefined();
});

test.each([
  ["it is on", [layer(on)], "mine.json"],
  ["managed settings have it on", [layer(off), layer(on, true)], "managed.json"],
  ["one of two layers has it on", [layer(off), layer(on)], "mine.json"],
  [
    "only hosts of managed settings count, and a person lists the address",
    [
      layer({ sandbox: { enabled: true, network: { allowManagedDomainsOnly: true } } }, true),
      layer(listed),
    ],
    "managed.json",
  ],
])("they do not when %s", (_, layers, file) => {
  expect(whyShutOut(layers)).toContain(file);
});
