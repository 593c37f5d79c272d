// Whether the client's sandbox stands between http hooks and the daemon: the client sends them through the sandbox's own proxy.
import { printable } from "#base/printable.ts";
import { LOOPBACK_ADDRESS } from "./hook-environment.ts";
import { nodeAt } from "./json-edit.ts";
import { toJson } from "./json-text.ts";
import type { SettingsDocument } from "./settings-check.ts";

/** A settings document, and whether it is of the machine's administrator. */
export type LayeredDocument = {
  readonly document: SettingsDocument;
  readonly isManaged: boolean;
};

/**
 * Why http hooks cannot reach the daemon under these settings, in words for a person; undefined where they can. Measured on 2.1.328
 * (`test/client/contained-http.test.ts`): with `sandbox.enabled` in any layer the proxy answers 403, unless its address is listed.
 */
export function whyShutOut(layers: readonly LayeredDocument[]): string | undefined {
  const managed = layers.filter(({ isManaged }) => isManaged);
  // WHY managed first: what they say of the sandbox stands above every other layer.
  const saying = [...managed, ...layers].filter(
    (layer) => typeof valueAt(layer, ["enabled"]) === "boolean",
  );
  const isSettled = saying[0]?.isManaged === true;
  const on = (isSettled ? saying.slice(0, 1) : saying).find(
    (layer) => valueAt(layer, ["enabled"]) === true,
  );
  if (on === undefined) return undefined;
  const isManagedOnly = managed.some(
    (layer) => valueAt(layer, ["network", "allowManagedDomainsOnly"]) === true,
  );
  const isListed = (isManagedOnly ? managed : layers).some((layer) => {
    const domains = valueAt(layer, ["network", "allowedDomains"]);
    return Array.isArray(domains) && domains.includes(LOOPBACK_ADDRESS);
  });
  if (isListed) return undefined;
  return `\`sandbox.enabled\` in \`${printable(on.document.file)}\`: the client sends http hooks through its sandbox's proxy, which refuses the daemon's address, so every call would be refused`;
}

function valueAt({ document }: LayeredDocument, path: readonly string[]): unknown {
  const node = nodeAt(document.root, ["sandbox", ...path]);
  return node === undefined ? undefined : toJson(node);
}
