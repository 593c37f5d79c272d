// Whether managed settings keep the client from trusting the daemon: they stand above the file that we edit.
import { toJson } from "#govern/settings/json-text.ts";
import { nodeAt } from "#govern/settings/json-edit.ts";
import type { SettingsDocument } from "#govern/settings/settings-check.ts";
import { exceptsAll } from "#govern/settings/hook-entries.ts";
import { LOOPBACK_ADDRESS } from "#govern/settings/hook-environment.ts";

/**
 * Why the daemon cannot be trusted under these managed settings, in words for a person; undefined when it can.
 * `readBundle` gives the text of a file of certificates, undefined when it cannot be read; `authority` is our own, PEM.
 */
export function whyNotTrusted(
  managed: readonly SettingsDocument[],
  authority: string,
  readBundle: (path: string) => string | undefined,
): string | undefined {
  for (const document of managed) {
    const value = (name: string): string | undefined => {
      const node = nodeAt(document.root, ["env", name]);
      const json = node === undefined ? undefined : toJson(node);
      return typeof json === "string" ? json : undefined;
    };
    const where = `managed settings (\`${document.file}\`)`;
    const bundle = value("NODE_EXTRA_CA_CERTS");
    if (bundle !== undefined && !holds(readBundle(bundle), authority))
      return `${where} name the certificates that the client trusts, and the daemon's authority is not among them`;
    if (value("NODE_TLS_REJECT_UNAUTHORIZED") === "0")
      return `${where} switch the checking of certificates off, so a stranger could answer in the daemon's place`;
    for (const name of ["NO_PROXY", "no_proxy"]) {
      const hosts = value(name);
      if (hosts !== undefined && !exceptsAll(hosts, LOOPBACK_ADDRESS))
        return `${where} set \`${name}\` without ${LOOPBACK_ADDRESS}, so a proxy would stand before the daemon`;
    }
  }
  return undefined;
}

function holds(bundle: string | undefined, authority: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, "");
  return bundle !== undefined && plain(bundle).includes(plain(authority));
}
