// What device management of Apple machines takes: a configuration profile, and the preferences alone as Jamf wants them.
import { createHash } from "node:crypto";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { PREFERENCES_DOMAIN } from "#govern/settings/lint/device-settings.ts";
import { formatPlist } from "./plist.ts";
import type { Site } from "./site.ts";
import type { OutputFile } from "./target.ts";

const DOMAIN = PREFERENCES_DOMAIN;

/** The profile and the preferences. `digest`: of the policy, by which the ids of the profile change with it. */
export function appleFiles(settings: Json, site: Site, digest: string): readonly OutputFile[] {
  const inner = profileId(`${site.identifier}/${DOMAIN}`);
  const profile = {
    PayloadType: "Configuration",
    PayloadVersion: 1,
    PayloadIdentifier: `${site.identifier}.claude-code`,
    PayloadUUID: profileId(`${site.identifier}/${digest}`),
    PayloadDisplayName: "Claude Code: managed settings",
    PayloadDescription: "Rules, hooks and sandbox of Claude Code, compiled by sallyport.",
    PayloadOrganization: site.organization,
    PayloadScope: "System",
    PayloadRemovalDisallowed: true,
    PayloadContent: [
      {
        PayloadType: "com.apple.ManagedClient.preferences",
        PayloadVersion: 1,
        PayloadIdentifier: `${site.identifier}.claude-code.settings`,
        PayloadUUID: inner,
        PayloadDisplayName: "Claude Code",
        PayloadEnabled: true,
        PayloadContent: { [DOMAIN]: { Forced: [{ mcx_preference_settings: settings }] } },
      },
    ],
  };
  const file = (name: string, content: Json): OutputFile => ({
    name,
    path: undefined,
    text: formatPlist(content),
    mode: 0o644,
  });
  return [file("claude-code.mobileconfig", profile), file(`${DOMAIN}.plist`, settings)];
}

/** A UUID of a name (RFC 9562, version 8): the same name has the same one on every machine. */
function profileId(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4] ?? "8";
  const parts = [
    ...[hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`],
    ...[`${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)],
  ];
  return parts.join("-").toUpperCase();
}
