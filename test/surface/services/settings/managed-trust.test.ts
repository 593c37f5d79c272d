// Managed settings that keep the client from trusting the daemon are seen before a project is guarded through it.
import { expect, it } from "vitest";
import { parseJsonText } from "#govern/settings/json-text.ts";
import { whyNotTrusted } from "#surface/services/settings/managed-trust.ts";

const authority = "-----BEGIN CERTIFICATE-----\nAAAA\nBBBB\n-----END CERTIFICATE-----\n";
const files: Readonly<Record<string, string>> = {
  "/company.pem": "-----BEGIN CERTIFICATE-----\nCCCC\n-----END CERTIFICATE-----\n",
  "/both.pem": `# company\r\n${authority.replaceAll("\n", "\r\n")}`,
};
const why = (env: Readonly<Record<string, string>>) => {
  const file = "/etc/claude-code/managed-settings.json";
  const text = JSON.stringify({ env });
  const document = { file, text, root: parseJsonText(text, file) };
  return whyNotTrusted([document], authority, (path) => files[path]);
};

it.each([
  ["nothing", {}],
  ["certificates with ours among them", { NODE_EXTRA_CA_CERTS: "/both.pem" }],
  ["checking that stays on", { NODE_TLS_REJECT_UNAUTHORIZED: "1" }],
  ["exceptions with loopback", { NO_PROXY: "example.com, 127.0.0.1" }],
  ["no proxy at all", { no_proxy: "*" }],
])("trusted: %s", (_name, env) => {
  expect(why(env)).toBeUndefined();
});
it.each([
  ["other certificates", { NODE_EXTRA_CA_CERTS: "/company.pem" }, /authority is not among them/],
  [
    "certificates that are not there",
    { NODE_EXTRA_CA_CERTS: "/none.pem" },
    /authority is not among/,
  ],
  ["no checking", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, /stranger could answer/],
  ["a proxy before loopback", { NO_PROXY: "example.com" }, /a proxy would stand/],
])("not trusted: %s", (_name, env, words) => {
  expect(why(env)).toMatch(words);
});
